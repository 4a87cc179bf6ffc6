package edge.starling.verticles.routing;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A clock that goes on when the test says so. Begins near the end of the numbers, and wraps. */
final class HandClock implements LongSupplier {
  private long now = Long.MAX_VALUE - 1_000;

  @Override
  public long getAsLong() {
    return now;
  }

  void advance(Duration by) {
    now += by.toNanos();
  }
}
