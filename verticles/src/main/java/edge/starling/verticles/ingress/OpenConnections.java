package edge.starling.verticles.ingress;

import java.util.concurrent.atomic.AtomicInteger;

/** How many connections, or long answers, clients have open, and their limit. Thread-safe. */
final class OpenConnections {
  private final int limit;
  private final AtomicInteger open = new AtomicInteger();

  OpenConnections(int limit) {
    this.limit = limit;
  }

  /** Counts one more, unless that is beyond the limit. */
  boolean tryOpen() {
    if (open.incrementAndGet() <= limit) {
      return true;
    }
    open.decrementAndGet();
    return false;
  }

  void closed() {
    open.decrementAndGet();
  }

  int open() {
    return open.get();
  }
}
