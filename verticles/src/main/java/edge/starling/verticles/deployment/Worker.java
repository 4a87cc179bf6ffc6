package edge.starling.verticles.deployment;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;

/** What happens off the event loop, or later; it completes on the event loop. */
interface Worker {
  /** Does blocking work on a thread made for it. */
  <T> CompletionStage<T> call(Callable<T> work);

  /** Runs on the event loop after the delay. */
  void later(Duration delay, Runnable action);
}
