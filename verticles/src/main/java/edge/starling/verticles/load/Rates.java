package edge.starling.verticles.load;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.NodeId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes rates over the last second from counters that are read now and then. The counters go on
 * whatever happens here, so nothing is counted twice or lost. Of many flows the ones that were read
 * last are known. Confined to one thread.
 */
final class Rates {
  private static final int MOST = 10_000;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Map<Flow, Deque<Reading>> readings =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Flow, Deque<Reading>> eldest) {
          return size() > MOST;
        }
      };

  /**
   * What is counted.
   *
   * @param from null for the node's own clients
   */
  record Flow(FunctionName function, @Nullable NodeId from) {}

  private record Reading(long atNanos, long count) {}

  /**
   * Takes a reading.
   *
   * @param count since the node's start
   * @return calls a second
   */
  double read(Flow flow, long count, long nowNanos) {
    Deque<Reading> past = readings.computeIfAbsent(flow, unread -> new ArrayDeque<>());
    if (past.isEmpty()) {
      past.add(new Reading(nowNanos - SECOND, 0));
    }
    past.add(new Reading(nowNanos, count));
    Reading before = past.remove();
    while (past.size() > 1 && nowNanos - past.element().atNanos >= SECOND) {
      before = past.remove();
    }
    past.addFirst(before);
    // who was not read for long has had no calls until just now
    long passed = Math.min(nowNanos - before.atNanos, SECOND + SECOND / 2);
    return Math.max(0, count - before.count) * (double) SECOND / Math.max(passed, SECOND);
  }
}
