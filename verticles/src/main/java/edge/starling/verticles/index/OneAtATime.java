package edge.starling.verticles.index;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Work that may be asked for at any time, and is done once at a time: who asks while it is under
 * way has it done once more after that. Confined to one event loop.
 */
final class OneAtATime {
  private final Supplier<CompletionStage<?>> work;
  private boolean underWay;
  private boolean onceMore;

  /**
   * @param work completes on the loop
   */
  OneAtATime(Supplier<CompletionStage<?>> work) {
    this.work = work;
  }

  void ask() {
    if (underWay) {
      onceMore = true;
    } else {
      underWay = true;
      work.get().whenComplete((done, error) -> ended());
    }
  }

  private void ended() {
    underWay = false;
    if (onceMore) {
      onceMore = false;
      ask();
    }
  }
}
