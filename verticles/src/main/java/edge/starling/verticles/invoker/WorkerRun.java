package edge.starling.verticles.invoker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call that a worker serves, or waits for one. Confined to the invoker's event loop. */
final class WorkerRun implements Run {
  private final CompletableFuture<Ending> ended = new CompletableFuture<>();
  private final WorkerCall call;
  private final long waitsUntil;
  private final Consumer<WorkerRun> onStop;
  private @Nullable Worker worker;
  private boolean stopped;
  private boolean overdue;

  /**
   * @param waitsUntil when waiting for a worker is over, in {@link System#nanoTime}
   * @param onStop called once, where the run has not ended
   */
  WorkerRun(WorkerCall call, long waitsUntil, Consumer<WorkerRun> onStop) {
    this.call = call;
    this.waitsUntil = waitsUntil;
    this.onStop = onStop;
  }

  WorkerCall call() {
    return call;
  }

  long waitsUntil() {
    return waitsUntil;
  }

  /** The worker that has it; null while it waits for one. */
  @Nullable Worker worker() {
    return worker;
  }

  void givenTo(Worker other) {
    worker = other;
  }

  /** Whether its worker is to be ended on its account. */
  boolean isOverdue() {
    return overdue;
  }

  void becomeOverdue() {
    overdue = true;
  }

  boolean isStopped() {
    return stopped;
  }

  boolean hasEnded() {
    return ended.isDone();
  }

  void end(Ending ending) {
    ended.complete(ending);
  }

  @Override
  public CompletionStage<Ending> ended() {
    return ended.minimalCompletionStage();
  }

  @Override
  public void stop() {
    if (!stopped && !hasEnded()) {
      stopped = true;
      onStop.accept(this);
    }
  }
}
