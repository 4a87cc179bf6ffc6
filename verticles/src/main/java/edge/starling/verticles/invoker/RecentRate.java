package edge.starling.verticles.invoker;

/**
 * How often something happened within the last second: counts of a tenth of a second each, of which
 * the oldest counts by the part of it that is within the second. Times are those of one monotonic
 * clock, in nanoseconds. Confined to one thread.
 */
final class RecentRate {
  private static final int WHOLE = 10;
  private static final long BUCKET_NANOS = 1_000_000_000L / WHOLE;

  private final int[] counts = new int[WHOLE + 1];
  private long newest;

  RecentRate(long now) {
    newest = Math.floorDiv(now, BUCKET_NANOS);
  }

  void count(long now) {
    advance(now);
    counts[index(newest)]++;
  }

  /** A second. */
  double rate(long now) {
    advance(now);
    double sum = counts[index(newest - WHOLE)] * (1 - shareOfNewest(now));
    for (int i = 0; i < WHOLE; i++) {
      sum += counts[index(newest - i)];
    }
    return sum;
  }

  private static double shareOfNewest(long now) {
    return (double) Math.floorMod(now, BUCKET_NANOS) / BUCKET_NANOS;
  }

  private void advance(long now) {
    long present = Math.floorDiv(now, BUCKET_NANOS);
    for (long i = Math.max(newest, present - counts.length) + 1; i <= present; i++) {
      counts[index(i)] = 0;
    }
    newest = Math.max(newest, present);
  }

  private int index(long bucket) {
    return Math.floorMod(bucket, counts.length);
  }
}
