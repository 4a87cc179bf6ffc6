package edge.starling.loadtest.calls;

import java.time.Duration;
import java.util.List;

/**
 * How long the experiment measures what.
 *
 * @param rounds how often each load is put on each system
 * @param warmUp of each system, before the first round
 * @param window the measured time of one load in one round
 * @param idle before a first call
 * @param firstCalls how many first calls of each kind
 */
record CallsPlan(int rounds, Duration warmUp, Duration window, Duration idle, int firstCalls) {
  static final List<Load> LOADS =
      List.of(Load.closed(1), Load.closed(16), Load.closed(64), Load.open(500));

  /** Starting servers, roughly. */
  static final Duration TO_START = Duration.ofSeconds(10);

  static CallsPlan full() {
    return new CallsPlan(
        5, Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofSeconds(60), 3);
  }

  static CallsPlan quick() {
    return new CallsPlan(
        3, Duration.ofSeconds(10), Duration.ofMillis(2500), Duration.ofSeconds(15), 2);
  }

  /** All of it for so many systems. */
  Duration expected(int systems) {
    Duration loads = window.multipliedBy((long) rounds * LOADS.size() * systems);
    Duration first = idle.multipliedBy(2).plus(TO_START).multipliedBy(firstCalls);
    return TO_START.plus(warmUp.multipliedBy(systems)).plus(loads).plus(first);
  }
}
