package edge.starling.loadtest.overload;

import edge.starling.loadtest.gatling.GatlingLoad;
import java.time.Duration;

/**
 * How long the experiment measures what.
 *
 * @param warmUp before each measurement, within the capacity
 * @param published of the published experiment, with each update interval
 * @param others of the other overloads
 * @param untilLoss steady load, before a node is lost
 * @param afterLoss further load, after that
 */
record OverloadPlan(
    Duration warmUp, Duration published, Duration others, Duration untilLoss, Duration afterLoss) {
  private static final int CLUSTERS = 4;
  private static final int MEASUREMENTS = 6;
  private static final Duration IDLING = Duration.ofMillis(3_500);

  static OverloadPlan full() {
    return new OverloadPlan(
        Duration.ofSeconds(15),
        Duration.ofMinutes(5),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30));
  }

  static OverloadPlan quick() {
    return new OverloadPlan(
        Duration.ofSeconds(6),
        Duration.ofSeconds(40),
        Duration.ofSeconds(12),
        Duration.ofSeconds(4),
        Duration.ofSeconds(8));
  }

  Duration loss() {
    return untilLoss.plus(afterLoss);
  }

  Duration expected() {
    Duration before = LimitedNodes.TO_START.plus(GatlingLoad.TO_START).plus(warmUp).plus(IDLING);
    return before
        .multipliedBy(CLUSTERS)
        .plus(IDLING.multipliedBy(MEASUREMENTS))
        .plus(published.plus(others).plus(loss()).multipliedBy(2));
  }
}
