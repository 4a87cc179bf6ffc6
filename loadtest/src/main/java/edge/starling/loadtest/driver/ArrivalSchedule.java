package edge.starling.loadtest.driver;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * When the calls of an open loop are due: evenly spaced, and each computed from the beginning, so
 * that no rounding adds up.
 *
 * @param perSecond above 0
 */
record ArrivalSchedule(double perSecond, Duration duration) {
  ArrivalSchedule {
    if (!(perSecond > 0 && perSecond <= 1_000_000)) {
      throw new IllegalArgumentException("between 0 and a million calls a second: " + perSecond);
    }
  }

  long calls() {
    return (long) Math.floor(perSecond * duration.toNanos() / TimeUnit.SECONDS.toNanos(1));
  }

  /** The time of the call with this number (from 0), in nanoseconds after the beginning. */
  long offsetNanos(long number) {
    return (long) (number * (TimeUnit.SECONDS.toNanos(1) / perSecond));
  }
}
