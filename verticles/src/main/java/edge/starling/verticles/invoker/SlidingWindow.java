package edge.starling.verticles.invoker;

/**
 * Bounds what is admitted to a rate, exactly: with n the rate rounded up, at most n in any window
 * of n / rate seconds, which is one second for whole rates, and never fewer while there is room.
 * The log is a ring of the last admission times; there is room if and only if the n-th last is at
 * least a window old. O(1), amortised as the ring grows.
 *
 * <p>The log reaches back for two seconds, which no window of more than one admission exceeds, so a
 * change of the rate takes it over as it is. Times are those of one monotonic clock, in
 * nanoseconds. Confined to one thread.
 */
final class SlidingWindow {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final long REACH_NANOS = 2_000_000_000L;
  private static final int FIRST_LENGTH = 16;

  private long[] times = new long[FIRST_LENGTH];
  private int logged;
  private int newest = -1;
  private int atOnce;
  private int mostAtOnce;
  private long windowNanos;

  /**
   * @param rate a second, above 0
   */
  SlidingWindow(double rate) {
    changeRate(rate);
  }

  /** What was admitted before counts against the new rate. */
  void changeRate(double rate) {
    atOnce = (int) Math.ceil(rate);
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    windowNanos = (long) Math.ceil(atOnce / rate * NANOS_PER_SECOND);
  }

  /** Admits one, unless that would be over the rate. */
  boolean admit(long now) {
    if (nanosUntilRoom(now) > 0) {
      return false;
    }
    record(now);
    return true;
  }

  /** When the next one will be admitted if none is until then; 0 for at once. */
  long nanosUntilRoom(long now) {
    return logged < atOnce ? 0 : Math.max(0, windowNanos - (now - last(atOnce)));
  }

  /** Counts one, whether there is room or not. */
  void record(long now) {
    if (logged == times.length && mustGrow(now)) {
      grow();
    }
    newest = (newest + 1) % times.length;
    times[newest] = now;
    logged = Math.min(logged + 1, times.length);
  }

  /** Within its reach no more than this is ever admitted; what is beyond was only recorded. */
  private boolean mustGrow(long now) {
    return times.length < 2 * mostAtOnce && now - last(logged) < REACH_NANOS;
  }

  private void grow() {
    long[] longer = new long[2 * times.length];
    for (int i = 0; i < logged; i++) {
      longer[i] = last(logged - i);
    }
    newest = logged - 1;
    times = longer;
  }

  /**
   * @param n 1 for the newest, up to how many are logged
   */
  private long last(int n) {
    return times[Math.floorMod(newest - n + 1, times.length)];
  }
}
