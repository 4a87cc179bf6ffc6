package edge.starling.loadtest.forwarding;

import edge.starling.loadtest.gatling.GatlingLoad;
import edge.starling.loadtest.lab.Pace;
import java.time.Duration;

/**
 * How long the experiment measures what.
 *
 * @param gatling at a steady rate
 * @param driver at the same rate, and at as many calls as get through
 */
record ForwardingPlan(Pace gatling, Pace driver) {
  static final Duration TO_START = Duration.ofSeconds(12);

  /** Between the phases of the steady rate. */
  static final int IDLE_MILLIS = 300;

  /** With what Gatling needs from one phase to the next. */
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  static ForwardingPlan full() {
    return new ForwardingPlan(
        new Pace(5, Duration.ofSeconds(10), Duration.ofSeconds(10)),
        new Pace(5, Duration.ofSeconds(20), Duration.ofSeconds(5)));
  }

  static ForwardingPlan quick() {
    return new ForwardingPlan(
        new Pace(3, Duration.ofSeconds(2), Duration.ofSeconds(2)),
        new Pace(3, Duration.ofSeconds(10), Duration.ofMillis(1_500)));
  }

  Duration expected(int systems, int loads) {
    int phases = systems * (1 + gatling.rounds());
    return TO_START
        .plus(GatlingLoad.TO_START)
        .plus(gatling.expected(1, systems))
        .plus(BETWEEN.multipliedBy(phases))
        .plus(driver.expected(loads, systems));
  }
}
