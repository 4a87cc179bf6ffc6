package edge.starling.loadtest.faults;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All calls of a run, as their clients saw them. Thread-safe. */
final class History {
  private final List<CallRecord> calls = new ArrayList<>();

  synchronized void add(CallRecord call) {
    calls.add(call);
  }

  /** In the order in which they were sent. */
  synchronized List<CallRecord> calls() {
    return calls.stream().sorted(Comparator.comparingLong(CallRecord::sentAt)).toList();
  }

  /** For people: when, what, of whom, and how it ended. */
  static String told(CallRecord call, long origin) {
    CallPlan plan = call.plan();
    CallEnding ending = call.ending();
    return String.format(
        "%9.3f s +%5d ms  %s %s%s %s of %s, %d B, works %d ms, id %s: %s%s%s",
        (call.sentAt() - origin) / 1e9,
        call.millis(),
        plan.client(),
        plan.method(),
        plan.keyed() ? " with key" : "",
        plan.function(),
        plan.node(),
        plan.bodyBytes(),
        plan.workMillis(),
        plan.id(),
        ending.reason(),
        ending.servedBy().isEmpty() ? "" : " by " + ending.servedBy(),
        ending.detail().isEmpty() ? "" : " (" + ending.detail() + ")");
  }
}
