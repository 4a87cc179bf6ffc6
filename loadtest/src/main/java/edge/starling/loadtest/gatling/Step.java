package edge.starling.loadtest.gatling;

/**
 * A rate for some time, evenly: not by chance, and whether earlier calls were answered or not.
 *
 * @param perSecond 0 for no calls
 */
public record Step(double perSecond, int seconds) {
  public Step {
    if (perSecond < 0 || seconds < 1) {
      throw new IllegalArgumentException(perSecond + " calls a second for " + seconds + " s");
    }
  }
}
