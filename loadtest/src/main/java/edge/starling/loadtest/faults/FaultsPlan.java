package edge.starling.loadtest.faults;

import java.time.Duration;

/**
 * How long the experiment does what.
 *
 * @param rounds how often each recovery is measured; 0 for not at all
 * @param warmUp of the nodes under the clients' calls, before the recovery and before the heap is
 *     measured
 * @param soak under faults
 */
record FaultsPlan(int rounds, Duration warmUp, Duration soak) {
  static final Duration TO_START = Duration.ofSeconds(25);
  static final Duration OF_A_ROUND = Duration.ofSeconds(65);
  static final Duration TO_SETTLE = Duration.ofSeconds(30);

  static FaultsPlan quick() {
    return new FaultsPlan(1, Duration.ofSeconds(10), Duration.ofSeconds(100));
  }

  static FaultsPlan lasting(Duration soak) {
    return new FaultsPlan(3, Duration.ofSeconds(20), soak);
  }

  Duration expected() {
    return TO_START
        .plus(OF_A_ROUND.multipliedBy(rounds))
        .plus(warmUp.multipliedBy(2))
        .plus(soak)
        .plus(TO_SETTLE);
  }
}
