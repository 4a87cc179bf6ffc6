package edge.starling.loadtest.driver;

import java.time.Duration;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a load found.
 *
 * @param latencyNanos of the right answers in the measured window: from the time at which the call
 *     was due (in a closed loop: was sent) to the last byte of its answer; not to be changed
 * @param errors how many calls ended otherwise, by what was wrong
 * @param elapsed the length of the window
 * @param answered all right answers, also those before and after the window
 */
public record Measurement(
    Histogram latencyNanos, Map<String, Long> errors, Duration elapsed, long answered) {
  public Measurement {
    errors = Map.copyOf(errors);
  }

  public long calls() {
    return latencyNanos.getTotalCount();
  }

  /** Right answers a second. */
  public double rate() {
    return calls() / (elapsed.toNanos() / 1e9);
  }

  /**
   * A quantile of the latency in microseconds; not a number if there was no right answer.
   *
   * @param percentile from 0 to 100, which is the longest
   */
  public double micros(double percentile) {
    return calls() == 0 ? Double.NaN : latencyNanos.getValueAtPercentile(percentile) / 1e3;
  }
}
