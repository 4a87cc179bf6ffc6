package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Those who wait for the next line of a function's log. Above {@value #MOST} of them, who comes is
 * answered at once. Confined to the event loop.
 */
final class LogReaders implements LogSource {
  static final int MOST = 1_000;

  /** How exact the patience of a reader is. */
  static final Duration TICK = Duration.ofSeconds(1);

  static final Duration LONGEST_PATIENCE = Duration.ofMinutes(1);

  private final Journal journal;
  private final LongSupplier nanoTime;
  private final Map<FunctionName, List<Reader>> waiting = new HashMap<>();
  private int count;

  private record Reader(ReadLog ask, long untilNanos, CompletableFuture<LogLines> answer) {}

  /**
   * @param nanoTime a monotonic clock
   */
  LogReaders(Journal journal, Executor eventLoop, LongSupplier nanoTime) {
    this.journal = journal;
    this.nanoTime = nanoTime;
    journal.onAwaited(function -> eventLoop.execute(() -> lookAgain(function)));
  }

  @Override
  public CompletionStage<LogLines> read(ReadLog ask) {
    boolean waits = ask.patience().compareTo(Duration.ZERO) > 0 && count < MOST;
    LogLines now = waits ? journal.readOrAwait(ask) : journal.read(ask);
    if (!waits || !now.known() || !now.lines().isEmpty()) {
      return CompletableFuture.completedFuture(now);
    }
    Duration patience =
        ask.patience().compareTo(LONGEST_PATIENCE) < 0 ? ask.patience() : LONGEST_PATIENCE;
    Reader reader =
        new Reader(ask, nanoTime.getAsLong() + patience.toNanos(), new CompletableFuture<>());
    waiting.computeIfAbsent(ask.function(), function -> new ArrayList<>()).add(reader);
    count++;
    return reader.answer;
  }

  /** Answers those whose patience is over. To be called each {@link #TICK}. */
  void tick() {
    List.copyOf(waiting.keySet()).forEach(this::lookAgain);
  }

  int waiting() {
    return count;
  }

  private void lookAgain(FunctionName function) {
    long now = nanoTime.getAsLong();
    List<Reader> patient = new ArrayList<>();
    List<Runnable> answers = new ArrayList<>();
    for (Reader reader : Objects.requireNonNullElse(waiting.remove(function), List.<Reader>of())) {
      LogLines lines = journal.readOrAwait(reader.ask);
      if (lines.known() && lines.lines().isEmpty() && reader.untilNanos - now > 0) {
        patient.add(reader);
      } else {
        answers.add(() -> reader.answer.complete(lines));
      }
    }
    if (!patient.isEmpty()) {
      waiting.put(function, patient);
    }
    count -= answers.size();
    answers.forEach(Runnable::run);
  }
}
