package edge.starling.verticles.invoker;

import java.util.concurrent.atomic.AtomicInteger;

/** A number of permits that may change: fewer are there once enough are given back. Thread-safe. */
final class Permits {
  private final AtomicInteger taken = new AtomicInteger();
  private volatile int most;

  Permits(int most) {
    this.most = most;
  }

  void resize(int nowMost) {
    most = nowMost;
  }

  boolean tryAcquire() {
    int limit = most;
    return taken.getAndUpdate(count -> count < limit ? count + 1 : count) < limit;
  }

  void release() {
    taken.decrementAndGet();
  }
}
