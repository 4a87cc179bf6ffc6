package edge.starling.loadtest.overload;

import edge.starling.loadtest.gatling.Calls;
import edge.starling.loadtest.gatling.SentCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of the calls that were sent in each second. Calls are due evenly, so the seconds begin
 * half the time between two calls before the first one: what is sent a little early or late stays
 * in its second.
 */
final class SecondBySecond {
  private static final long MICROS = 1_000_000;

  /**
   * One second.
   *
   * @param served how many calls each node served
   * @param statuses how often each was answered; 0 where there was no answer
   */
  record Second(int second, Map<String, Long> served, Map<Integer, Long> statuses) {
    long servedBy(String node) {
      return served.getOrDefault(node, 0L);
    }

    long servedByAll() {
      return served.values().stream().mapToLong(Long::longValue).sum();
    }

    long refused() {
      return statuses.getOrDefault(503, 0L);
    }
  }

  private SecondBySecond() {}

  /**
   * @param count how many seconds; what was sent before the first or after the last counts for it
   * @param perSecond the rate of the calls
   */
  static List<Second> of(Calls calls, int count, double perSecond) {
    long early = (long) (MICROS / perSecond / 2);
    List<Second> seconds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      seconds.add(new Second(i + 1, new TreeMap<>(), new TreeMap<>()));
    }
    for (SentCall call : calls.list()) {
      long index = Math.floorDiv(call.startedMicros() + early, MICROS);
      Second second = seconds.get((int) Math.max(0, Math.min(count - 1, index)));
      second.statuses().merge(call.status(), 1L, Long::sum);
      if (call.isServed()) {
        second.served().merge(call.servedBy(), 1L, Long::sum);
      }
    }
    return List.copyOf(seconds);
  }
}
