package edge.starling.verticles.invoker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The invoker's event loop, as seen from other threads and from earlier. Thread-safe. */
record Loop(Executor executor) implements Executor {
  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /** Runs a task there, later. It is not cancelled: it looks whether it is still of use. */
  void after(Duration wait, Runnable task) {
    CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS, executor).execute(task);
  }
}
