package edge.starling.verticles.invoker;

import java.util.function.Consumer;

/**
 * Tells when the last free slot is taken or one is free again: at once, but not twice within a
 * tick, since a node at its limit changes with every call. What was held back is told at the tick,
 * if it still holds. Confined to one thread.
 */
final class FullnessNews {
  private final Consumer<Boolean> tell;
  private boolean told;
  private long toldAtNanos;

  FullnessNews(long nowNanos, Consumer<Boolean> tell) {
    this.tell = tell;
    this.toldAtNanos = nowNanos - Deadlines.TICK_NANOS;
  }

  /**
   * @return whether something is held back until the tick
   */
  boolean update(boolean isFull, long nowNanos) {
    if (isFull == told) {
      return false;
    }
    if (nowNanos - toldAtNanos < Deadlines.TICK_NANOS) {
      return true;
    }
    told = isFull;
    toldAtNanos = nowNanos;
    tell.accept(isFull);
    return false;
  }
}
