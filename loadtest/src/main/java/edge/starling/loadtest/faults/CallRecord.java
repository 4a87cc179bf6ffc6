package edge.starling.loadtest.faults;

import java.util.concurrent.TimeUnit;

/**
 * A call as its client has seen it.
 *
 * @param sentAt nanoseconds of this process's clock
 * @param endedAt of the same clock
 */
record CallRecord(CallPlan plan, long sentAt, long endedAt, CallEnding ending) {
  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(endedAt - sentAt);
  }

  boolean isServed() {
    return ending.kind() == CallEnding.Kind.ANSWERED && ending.status() == 200;
  }
}
