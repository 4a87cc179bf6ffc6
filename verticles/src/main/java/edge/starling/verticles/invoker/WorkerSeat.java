package edge.starling.verticles.invoker;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of a function's places for a worker: when its worker dies, the next is started, after a wait
 * that grows with each failure. Confined to the invoker's event loop.
 */
final class WorkerSeat {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerSeat.class);

  private final String function;
  private final Supplier<CompletionStage<Worker>> launch;
  private final Consumer<Worker> onReady;
  private final Runnable onRestart;
  private final Loop loop;
  private final LongSupplier nanoTime;
  private final BackOff backOff = new BackOff();
  private @Nullable Worker worker;
  private String lastProblem = "";
  private long notBefore;
  private boolean resting;
  private boolean closed;

  /**
   * @param function its name, for the log
   * @param onReady told of each worker that takes the seat
   * @param onRestart told of each start but the first
   */
  WorkerSeat(
      String function,
      Supplier<CompletionStage<Worker>> launch,
      Consumer<Worker> onReady,
      Runnable onRestart,
      Loop loop,
      LongSupplier nanoTime) {
    this.function = function;
    this.launch = launch;
    this.onReady = onReady;
    this.onRestart = onRestart;
    this.loop = loop;
    this.nanoTime = nanoTime;
  }

  /** The worker that takes new calls; null while there is none. */
  @Nullable Worker worker() {
    return worker != null && worker.isTaking() ? worker : null;
  }

  /** Why there was no worker the last time; empty when there has always been one. */
  String lastProblem() {
    return lastProblem;
  }

  /** Starts the first worker. Where that fails, the seat stays empty. */
  CompletionStage<Worker> tryFill() {
    return launch
        .get()
        .whenComplete(
            (next, error) -> {
              if (error == null) {
                take(next);
              }
            });
  }

  /** Starts a worker, again and again until there is one. */
  void fill() {
    tryFill()
        .whenComplete(
            (next, error) -> {
              if (error != null) {
                failed(String.valueOf(error.getMessage()));
              }
            });
  }

  /** Tries again where it has given up: somebody needs a worker. */
  void wake() {
    if (resting) {
      resting = false;
      fillAfter(Duration.ofNanos(Math.max(0, notBefore - nanoTime.getAsLong())));
    }
  }

  /**
   * Starts a fresh worker at once in place of this one, which is left to itself.
   *
   * @return false where it does not have the seat
   */
  boolean replace(Worker stuck) {
    if (worker != stuck) {
      return false;
    }
    worker = null;
    fillAfter(Duration.ZERO);
    return true;
  }

  /** Ends the worker, and starts no further one. */
  void close() {
    closed = true;
    if (worker != null) {
      worker.end();
    }
  }

  private void take(Worker next) {
    worker = next;
    next.gone().thenRun(() -> lost(next));
    if (closed) {
      next.end();
    } else {
      onReady.accept(next);
    }
  }

  private void lost(Worker dead) {
    if (worker == dead) {
      worker = null;
      if (dead.hasAnswered()) {
        backOff.succeeded();
      }
      failed("its worker died");
    }
  }

  private void failed(String problem) {
    lastProblem = problem;
    if (closed) {
      return;
    }
    Duration wait = backOff.failed();
    if (backOff.isExhausted()) {
      LOG.warn("{} has no worker: the next try is for its next call", function);
      notBefore = nanoTime.getAsLong() + wait.toNanos();
      resting = true;
    } else {
      LOG.warn("{} has lost a worker: the next one starts in {}", function, wait);
      fillAfter(wait);
    }
  }

  private void fillAfter(Duration wait) {
    loop.after(
        wait,
        () -> {
          if (!closed) {
            onRestart.run();
            fill();
          }
        });
  }
}
