package edge.starling.verticles.ingress;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes of all bodies that the node's ingress holds, and their limit. Thread-safe. */
final class BytesInFlight {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param limit 0 for a quarter of the heap
   */
  BytesInFlight(long limit) {
    this.limit = limit > 0 ? limit : Runtime.getRuntime().maxMemory() / 4;
  }

  /** Counts these bytes, unless they go beyond the limit. */
  boolean tryHold(long bytes) {
    if (held.addAndGet(bytes) <= limit) {
      return true;
    }
    held.addAndGet(-bytes);
    return false;
  }

  /** Counts bytes that are here already: refusing them would lose an answer. */
  void hold(long bytes) {
    held.addAndGet(bytes);
  }

  void release(long bytes) {
    held.addAndGet(-bytes);
  }

  long held() {
    return held.get();
  }

  long limit() {
    return limit;
  }
}
