package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LogReadersTest {
  private static final FunctionName A = FunctionName.parse("a");

  private final Journal journal = Journals.small();
  private final Queue<Runnable> eventLoop = new ArrayDeque<>();
  private long now;
  private final LogReaders readers = new LogReaders(journal, eventLoop::add, () -> now);

  private CompletableFuture<LogLines> read(Duration patience) {
    return read(new ReadLog(A, 1, ReadLog.ALL, null, 9, patience));
  }

  private CompletableFuture<LogLines> read(ReadLog ask) {
    return readers.read(ask).toCompletableFuture();
  }

  private void runEventLoop() {
    for (Runnable next = eventLoop.poll(); next != null; next = eventLoop.poll()) {
      next.run();
    }
  }

  private void pass(Duration time) {
    now += time.toNanos();
    readers.tick();
  }

  @Test
  void whatIsThereIsToldAtOnce() {
    journal.of(A).line("one", 0);

    assertThat(read(Duration.ofSeconds(10))).isCompleted();
    assertThat(readers.waiting()).isZero();
  }

  @Test
  void whoHasNoPatienceIsToldThatThereIsNothing() {
    journal.came(A);

    assertThat(read(Duration.ZERO).join().lines()).isEmpty();
  }

  @Test
  void whoAsksForAnUnknownFunctionDoesNotWait() {
    assertThat(read(Duration.ofSeconds(10)).join().known()).isFalse();
  }

  @Test
  void theNextLineEndsTheWait() {
    journal.came(A);
    CompletableFuture<LogLines> first = read(Duration.ofSeconds(10));
    CompletableFuture<LogLines> second = read(Duration.ofSeconds(20));
    assertThat(readers.waiting()).isEqualTo(2);

    journal.of(A).line("one", 0);
    journal.of(A).line("two", 0);
    assertThat(eventLoop).hasSize(1);
    assertThat(first).isNotDone();
    runEventLoop();

    assertThat(first.join().lines()).hasSize(2);
    assertThat(second.join().lines()).hasSize(2);
    assertThat(readers.waiting()).isZero();
  }

  @Test
  void aLineThatIsNotAskedForDoesNotEndTheWait() {
    journal.came(A);
    CompletableFuture<LogLines> later =
        read(
            new ReadLog(
                A, 1, ReadLog.ALL, Instant.parse("2999-01-01T00:00:00Z"), 9, Duration.ofHours(1)));
    journal.of(A).line("one", 0);
    runEventLoop();
    journal.of(A).line("two", 0);
    runEventLoop();

    assertThat(later).isNotDone();
    pass(LogReaders.LONGEST_PATIENCE);
    assertThat(later.join().lines()).isEmpty();
    assertThat(later.join().next()).isEqualTo(3);
  }

  @Test
  void everyWaitEnds() {
    journal.came(A);
    CompletableFuture<LogLines> brief = read(Duration.ofSeconds(1));
    CompletableFuture<LogLines> longer = read(Duration.ofSeconds(3));
    pass(Duration.ofSeconds(1));
    assertThat(brief.join().lines()).isEmpty();
    assertThat(longer).isNotDone();
    pass(Duration.ofSeconds(2));
    assertThat(longer).isCompleted();
    assertThat(readers.waiting()).isZero();
  }

  @Test
  void onlySoManyWait() {
    journal.came(A);
    for (int i = 0; i < LogReaders.MOST; i++) {
      assertThat(read(Duration.ofSeconds(10))).isNotDone();
    }
    assertThat(read(Duration.ofSeconds(10))).isCompleted();
    assertThat(readers.waiting()).isEqualTo(LogReaders.MOST);
  }
}
