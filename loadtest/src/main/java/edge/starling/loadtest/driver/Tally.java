package edge.starling.loadtest.driver;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Counts how the calls of one event loop end. The right answers count only within the window;
 * errors count always. Times are those of {@link System#nanoTime}. Confined to one thread at a
 * time.
 */
final class Tally {
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(10);

  private final Histogram latencyNanos = new Histogram(LONGEST, 3);
  private final Map<String, Long> errors = new TreeMap<>();
  private long answered;

  void wrong(String problem) {
    errors.merge(problem, 1L, Long::sum);
  }

  /** A call has ended; latencies above ten minutes count as ten minutes. */
  void ended(long dueAt, long endedAt, @Nullable String problem, boolean inWindow) {
    if (problem != null) {
      wrong(problem);
      return;
    }
    answered++;
    if (inWindow) {
      latencyNanos.recordValue(Math.max(0, Math.min(LONGEST, endedAt - dueAt)));
    }
  }

  void add(Tally other) {
    latencyNanos.add(other.latencyNanos);
    other.errors.forEach((problem, count) -> errors.merge(problem, count, Long::sum));
    answered += other.answered;
  }

  Measurement over(Duration elapsed) {
    return new Measurement(latencyNanos, errors, elapsed, answered);
  }
}
