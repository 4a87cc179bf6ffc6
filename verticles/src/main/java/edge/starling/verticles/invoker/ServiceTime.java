package edge.starling.verticles.invoker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long calls take, smoothed: each one counts by an eighth. Confined to one thread. */
final class ServiceTime {
  private static final int PARTS = 8;

  private long smoothedNanos = -1;

  void took(long nanos) {
    smoothedNanos = smoothedNanos < 0 ? nanos : smoothedNanos + (nanos - smoothedNanos) / PARTS;
  }

  /** Null before the first. */
  @Nullable Duration smoothed() {
    return smoothedNanos < 0 ? null : Duration.ofNanos(smoothedNanos);
  }
}
