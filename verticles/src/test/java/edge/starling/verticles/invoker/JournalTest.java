package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvokerMessage.LogLine;
import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JournalTest {
  private static final FunctionName A = FunctionName.parse("a");
  private static final FunctionName B = FunctionName.parse("b");
  private static final int LINE = Journal.LINE_OVERHEAD + 4;

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private Instant now = Instant.parse("2026-11-21T08:57:48Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final Journal journal = new Journal(10 * LINE, 25 * LINE, clock, new LogMeters(metrics));

  private Journal large() {
    return new Journal(1 << 22, 1 << 22, clock, new LogMeters(new SimpleMeterRegistry()));
  }

  /** Lines of four characters. */
  private void log(FunctionName function, int from, int to) {
    IntStream.range(from, to).forEach(i -> journal.of(function).line(String.format("%04d", i), 0));
  }

  private LogLines read(long from, int tail, @Nullable Instant since, int most) {
    return journal.read(new ReadLog(A, from, tail, since, most, Duration.ZERO));
  }

  private static List<String> texts(LogLines lines) {
    return lines.lines().stream().map(LogLine::text).toList();
  }

  @Test
  void keepsTheLastLinesOfEachFunction() {
    log(A, 0, 23);
    log(B, 0, 3);

    assertThat(Journals.texts(journal, A)).hasSize(10).startsWith("0013").endsWith("0022");
    assertThat(Journals.texts(journal, B)).containsExactly("0000", "0001", "0002");
    assertThat(metrics.get("starling.logs.dropped.lines").counter().count()).isEqualTo(13);
    assertThat(metrics.get("starling.logs.dropped.bytes").counter().count()).isEqualTo(13 * 4);
    assertThat(metrics.get("starling.logs.bytes").gauge().value()).isEqualTo(13 * LINE);
  }

  @Test
  void theOldestLineOfAllGoesWhenAllTogetherHaveTooMuch() {
    log(A, 0, 10);
    log(B, 0, 10);
    log(FunctionName.parse("c"), 0, 8);

    assertThat(Journals.texts(journal, A)).hasSize(7).startsWith("0003");
    assertThat(Journals.texts(journal, B)).hasSize(10);
  }

  @Test
  void aLineIsMarkedWhereItIsCut() {
    journal.of(A).line("long", 12);

    assertThat(Journals.texts(journal, A)).containsExactly("long … [12 bytes left out]");
    assertThat(metrics.get("starling.logs.dropped.bytes").counter().count()).isEqualTo(12);
  }

  @Test
  void anEventIsOneLine() {
    journal.of(A).event("it broke: one\ntwo");

    assertThat(Journals.texts(journal, A)).containsExactly("[starling] it broke: one");
  }

  @Test
  void isReadPageByPage() {
    log(A, 0, 8);

    LogLines first = read(0, ReadLog.ALL, null, 3);
    assertThat(texts(first)).containsExactly("0000", "0001", "0002");
    assertThat(first.left()).isEqualTo(5);
    LogLines second = read(first.next(), ReadLog.ALL, null, 5);
    assertThat(texts(second)).containsExactly("0003", "0004", "0005", "0006", "0007");
    assertThat(second.left()).isZero();
    assertThat(read(second.next(), ReadLog.ALL, null, 5).lines()).isEmpty();
    log(A, 8, 9);
    assertThat(texts(read(second.next(), ReadLog.ALL, null, 5))).containsExactly("0008");
  }

  @Test
  void tellsOfTheLastLinesAndOfThoseSinceATime() {
    log(A, 0, 3);
    now = now.plusSeconds(10);
    log(A, 3, 5);

    assertThat(texts(read(0, 2, null, 9))).containsExactly("0003", "0004");
    assertThat(texts(read(0, 0, null, 9))).isEmpty();
    assertThat(texts(read(0, 99, null, 9))).hasSize(5);
    assertThat(texts(read(0, ReadLog.ALL, now, 9))).containsExactly("0003", "0004");
    assertThat(texts(read(0, 1, now.minusSeconds(11), 9))).containsExactly("0004");
    assertThat(read(0, 1, null, 9).lines().get(0).at()).isEqualTo(now);
  }

  @Test
  void tellsHowManyLinesAReaderHasMissed() {
    log(A, 0, 4);
    long next = read(0, ReadLog.ALL, null, 2).next();
    log(A, 4, 15);

    LogLines late = read(next, ReadLog.ALL, null, 99);
    assertThat(late.missed()).isEqualTo(3);
    assertThat(texts(late)).startsWith("0005").hasSize(10);
    assertThat(read(0, ReadLog.ALL, null, 99).missed()).isZero();
  }

  @Test
  void aPageIsBounded() {
    Journal large = large();
    for (int i = 0; i < 100; i++) {
      large.of(A).line("x".repeat(5_000), 0);
    }

    LogLines page = Journals.all(large, A);
    assertThat(page.lines()).hasSize(Journal.PAGE_BYTES / (5_000 + Journal.LINE_OVERHEAD));
    assertThat(page.left()).isEqualTo(100 - page.lines().size());
  }

  @Test
  void aFunctionThatIsGoneIsRememberedForAWhile() {
    journal.came(A);
    log(A, 0, 1);
    journal.went(A);
    now = now.plus(Journal.KEPT_WHEN_GONE);
    journal.forgetOld();
    assertThat(Journals.texts(journal, A)).containsExactly("0000");

    now = now.plusSeconds(1);
    journal.came(B);
    journal.forgetOld();
    assertThat(Journals.all(journal, A).known()).isFalse();
    assertThat(Journals.all(journal, B).known()).isTrue();
    assertThat(metrics.get("starling.logs.bytes").gauge().value()).isZero();
  }

  @Test
  void whoWasThereBeforeItWasForgottenReadsOnWhenItComesBack() {
    journal.came(A);
    log(A, 0, 4);
    long next = read(0, ReadLog.ALL, null, 9).next();
    journal.went(A);
    now = now.plus(Journal.KEPT_WHEN_GONE).plusSeconds(1);
    journal.forgetOld();
    journal.came(A);
    log(A, 4, 6);

    LogLines again = read(next, ReadLog.ALL, null, 9);
    assertThat(texts(again)).containsExactly("0004", "0005");
    assertThat(again.missed()).isZero();
  }

  @Test
  void awaitedLinesAreToldOnce() {
    List<FunctionName> told = new ArrayList<>();
    journal.onAwaited(told::add);
    journal.came(A);
    log(A, 0, 1);
    assertThat(told).isEmpty();

    ReadLog ask = new ReadLog(A, 2, ReadLog.ALL, null, 9, Duration.ofSeconds(1));
    assertThat(journal.readOrAwait(ask).lines()).isEmpty();
    log(B, 0, 1);
    log(A, 1, 3);
    assertThat(told).containsExactly(A);
  }

  /** Against a model that keeps everything and counts what has to be left. */
  @Test
  void neverHoldsMoreThanItsBoundsAndAlwaysTheNewestLines() {
    Random chance = new Random(11);
    List<String> written = new ArrayList<>();
    List<FunctionName> functions = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      functions.add(FunctionName.parse("f" + i));
    }
    for (int i = 0; i < 5_000; i++) {
      FunctionName function = functions.get(chance.nextInt(1 + chance.nextInt(12)));
      String text = i + (chance.nextBoolean() ? "x" : "€").repeat(chance.nextInt(200));
      if (chance.nextInt(50) == 0) {
        journal.went(function);
      }
      journal.of(function).line(text, 0);
      written.add(function.name() + " " + text);

      long held = 0;
      for (FunctionName one : functions) {
        List<String> kept = Journals.texts(journal, one);
        held += kept.stream().mapToLong(line -> Journal.LINE_OVERHEAD + line.length()).sum();
        if (one.equals(function)) {
          assertThat(kept).last().isEqualTo(text);
        }
      }
      assertThat(held).isLessThanOrEqualTo(25 * LINE);
    }
    List<String> ofFirst =
        written.stream().filter(line -> line.startsWith("f0 ")).map(l -> l.substring(3)).toList();
    List<String> kept = Journals.texts(journal, functions.get(0));
    assertThat(ofFirst.subList(ofFirst.size() - kept.size(), ofFirst.size())).isEqualTo(kept);
  }

  @Test
  void manyWritersAndAReaderGetAlong() throws Exception {
    Journal shared = large();
    int writers = 4;
    int each = 2_000;
    CountDownLatch done = new CountDownLatch(writers);
    ConcurrentLinkedQueue<FunctionName> woken = new ConcurrentLinkedQueue<>();
    shared.onAwaited(woken::add);
    shared.came(A);
    for (int w = 0; w < writers; w++) {
      FunctionLog log = shared.of(A);
      String name = "w" + w + " ";
      new Thread(
              () -> {
                IntStream.range(0, each).forEach(i -> log.line(name + i, 0));
                done.countDown();
              })
          .start();
    }
    List<String> read = new ArrayList<>();
    long next = 0;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (read.size() < writers * each && System.nanoTime() < deadline) {
      LogLines page =
          shared.readOrAwait(new ReadLog(A, next, ReadLog.ALL, null, 100, Duration.ofSeconds(1)));
      next = page.next();
      read.addAll(texts(page));
    }

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(read).hasSize(writers * each).doesNotHaveDuplicates();
    for (int w = 0; w < writers; w++) {
      String name = "w" + w + " ";
      assertThat(read.stream().filter(line -> line.startsWith(name)))
          .containsExactlyElementsOf(IntStream.range(0, each).mapToObj(i -> name + i).toList());
    }
  }
}
