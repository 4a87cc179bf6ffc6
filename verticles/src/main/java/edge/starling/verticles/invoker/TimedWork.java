package edge.starling.verticles.invoker;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Blocking work that is given up after a time, on threads of its own. */
final class TimedWork implements AutoCloseable {
  private static final long END_PATIENCE_SECONDS = 2;

  private static final Logger LOG = LoggerFactory.getLogger(TimedWork.class);

  // No bound here: how much is done at once is for the one who has it done to say.
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "starling-image");
            thread.setDaemon(true);
            return thread;
          });

  /** For what the work wants done beside it. */
  ExecutorService threads() {
    return threads;
  }

  /**
   * Does it.
   *
   * @throws ExecutionException with what it raised
   * @throws TimeoutException when it has not ended in time; it is interrupted
   */
  <T> T within(Duration limit, Callable<T> work)
      throws ExecutionException, TimeoutException, InterruptedException {
    Future<T> done = threads.submit(work);
    try {
      return done.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } finally {
      done.cancel(true);
    }
  }

  /** Interrupts what still runs, and waits a little for it to end. */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      // what does not end by then waits for a socket, which has a time-out of its own
      boolean ended = threads.awaitTermination(END_PATIENCE_SECONDS, TimeUnit.SECONDS);
      LOG.debug("all threads have ended: {}", ended);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
