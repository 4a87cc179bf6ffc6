package edge.starling.verticles.invoker;

import java.time.Duration;
import java.util.Map;

/**
 * The share of the processors that some processes have used, as a mean over the last second, from
 * samples taken five times in it. Confined to one thread, but for {@link #mean}.
 */
final class CpuShare {
  static final Duration INTERVAL = Duration.ofMillis(200);
  private static final int SAMPLES = 6; // the ends of five intervals

  private final int cores;
  private final long[] takenAt = new long[SAMPLES];
  private final long[] spent = new long[SAMPLES];
  private Map<Long, Long> before = Map.of();
  private int samples;
  private volatile double mean;

  CpuShare(int cores) {
    this.cores = cores;
  }

  /**
   * What a process has used before the first sample does not count, and nor does what it has used
   * after the last one in which it was alive.
   */
  void add(ProcessorTimes sample) {
    long sum = samples == 0 ? 0 : spent[index(samples - 1)] + usedSince(sample.nanosByProcess());
    before = sample.nanosByProcess();
    takenAt[index(samples)] = sample.takenAtNanos();
    spent[index(samples)] = sum;
    samples++;
    int oldest = Math.max(0, samples - SAMPLES);
    long elapsed = sample.takenAtNanos() - takenAt[index(oldest)];
    mean = elapsed <= 0 ? 0 : (double) (sum - spent[index(oldest)]) / elapsed / cores;
  }

  /** Of all processors, 0 to 1; 0 before the second sample. */
  double mean() {
    return mean;
  }

  /** Nobody samples any more. */
  void forget() {
    samples = 0;
    mean = 0;
  }

  private long usedSince(Map<Long, Long> nanosByProcess) {
    return nanosByProcess.entrySet().stream()
        .mapToLong(now -> Math.max(0, now.getValue() - before.getOrDefault(now.getKey(), 0L)))
        .sum();
  }

  private static int index(int sample) {
    return sample % SAMPLES;
  }
}
