package edge.starling.verticles.invoker;

import java.time.Duration;

/**
 * How long to wait before the next try: {@link #FIRST}, doubled with each failure in a row, at most
 * {@link #LONGEST}. After {@value #TRIES} failures trying unasked is over. Confined to one thread.
 */
final class BackOff {
  static final Duration FIRST = Duration.ofMillis(100);
  static final Duration LONGEST = Duration.ofSeconds(10);
  static final int TRIES = 10;

  private int failures;

  /** Counts a failure, and tells how long to wait after it. */
  Duration failed() {
    failures = Math.min(failures + 1, TRIES);
    Duration wait = FIRST.multipliedBy(1L << (failures - 1));
    return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
  }

  boolean isExhausted() {
    return failures >= TRIES;
  }

  void succeeded() {
    failures = 0;
  }
}
