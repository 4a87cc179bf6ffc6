package edge.starling.loadtest.network;

import java.time.Duration;

/**
 * How well two nodes reach each other.
 *
 * @param cut nothing passes, in either direction
 * @param delay of everything that passes, each way
 * @param loss the chance from 0 to 1 that a piece of the stream gets lost on its way and is sent
 *     again, which costs the time until TCP notices
 */
public record LinkState(boolean cut, Duration delay, double loss) {
  public static final LinkState UP = new LinkState(false, Duration.ZERO, 0);
  public static final LinkState CUT = new LinkState(true, Duration.ZERO, 0);

  public LinkState {
    if (delay.isNegative() || !(loss >= 0 && loss <= 1)) {
      throw new IllegalArgumentException("delay " + delay + ", loss " + loss);
    }
  }

  @Override
  public String toString() {
    if (cut) {
      return "cut";
    }
    return equals(UP)
        ? "up"
        : String.format("%d ms late, %.0f %% lost", delay.toMillis(), loss * 100);
  }

  public static LinkState delayed(Duration delay) {
    return new LinkState(false, delay, 0);
  }

  public static LinkState lossy(double loss) {
    return new LinkState(false, Duration.ZERO, loss);
  }
}
