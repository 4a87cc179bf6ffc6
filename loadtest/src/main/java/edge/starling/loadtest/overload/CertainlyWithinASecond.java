package edge.starling.loadtest.overload;

import edge.starling.loadtest.gatling.Calls;
import edge.starling.loadtest.gatling.SentCall;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * How many calls a node has certainly admitted within one second. A call was admitted some time
 * between its start and its end at the client; so of the calls that have both started and ended
 * within a second no latency can say that some were admitted outside of it. More of them than its
 * limit prove that a node has broken it; jitter on the way never does.
 */
final class CertainlyWithinASecond {
  private static final long MICROS = 1_000_000;

  private CertainlyWithinASecond() {}

  /** The most in any second; 0 if there are no calls. */
  static int most(Calls served) {
    // From the last start to the first: the queue holds the calls that started later, by their end.
    var within =
        new PriorityQueue<SentCall>(Comparator.comparingLong(SentCall::endedMicros).reversed());
    List<SentCall> calls =
        served.list().stream()
            .sorted(Comparator.comparingLong(SentCall::startedMicros).reversed())
            .toList();
    int most = 0;
    for (SentCall call : calls) {
      within.add(call);
      long end = call.startedMicros() + MICROS;
      while (!within.isEmpty() && within.element().endedMicros() >= end) {
        within.remove();
      }
      most = Math.max(most, within.size());
    }
    return most;
  }
}
