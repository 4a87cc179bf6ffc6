package edge.starling.loadtest.calls;

import edge.starling.loadtest.lab.Load;
import edge.starling.loadtest.lab.Pace;
import java.time.Duration;
import java.util.List;

/**
 * How long the experiment measures what.
 *
 * @param idle before a first call
 * @param firstCalls how many first calls of each kind
 */
record CallsPlan(Pace pace, Duration idle, int firstCalls) {
  static final List<Load> LOADS =
      List.of(Load.closed(1), Load.closed(16), Load.closed(64), Load.open(500));

  /** Starting servers, roughly. */
  static final Duration TO_START = Duration.ofSeconds(10);

  static CallsPlan full() {
    return new CallsPlan(
        new Pace(5, Duration.ofSeconds(20), Duration.ofSeconds(5)), Duration.ofSeconds(60), 3);
  }

  static CallsPlan quick() {
    return new CallsPlan(
        new Pace(3, Duration.ofSeconds(10), Duration.ofMillis(2500)), Duration.ofSeconds(15), 2);
  }

  /** All of it for so many systems. */
  Duration expected(int systems) {
    Duration first = idle.multipliedBy(2).plus(TO_START).multipliedBy(firstCalls);
    return TO_START.plus(pace.expected(LOADS.size(), systems)).plus(first);
  }
}
