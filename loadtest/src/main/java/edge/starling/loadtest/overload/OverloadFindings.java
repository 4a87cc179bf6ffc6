package edge.starling.loadtest.overload;

import edge.starling.loadtest.gatling.Calls;
import edge.starling.loadtest.gatling.SentCall;
import edge.starling.loadtest.overload.SecondBySecond.Second;
import edge.starling.loadtest.report.Published;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Row;
import edge.starling.loadtest.report.Target;
import java.time.Duration;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;

/** What the calls of each measurement say: rows, and the targets of this experiment. */
final class OverloadFindings {
  static final List<Published> PUBLISHED =
      List.of(
          new Published("served by 1, 2, 3 of 50 calls/s (10, 16, 24)", 50, "calls/s"),
          new Published("shortest call", 301, "us"),
          new Published("p99", 11.4, "ms"),
          new Published("longest call", 91.1, "ms"),
          new Published("503s in the first minute, update interval 60 s", 2_400, "calls"));

  /** Seconds that views may take to agree. */
  private static final int SETTLING = 3;

  private static final double PUBLISHED_P99_MILLIS = 11.4;
  private static final double REFUSAL_P99_MILLIS = 5;

  private final Report report;

  OverloadFindings(Report report) {
    this.report = report;
  }

  /** Also what every measurement must not have: calls that were neither served nor refused. */
  void addSummary(String name, Calls calls, List<Second> seconds) {
    report.add(
        Row.of("measurement", name)
            .and("calls", calls.count())
            .and("200", calls.served().count())
            .and("503", calls.refused().count())
            .and("other", calls.failed().count())
            .and("served_by", calls.byNode().toString())
            .and("min_us", calls.served().micros(0))
            .and("p50_us", calls.served().micros(50))
            .and("p99_us", calls.served().micros(99))
            .and("max_us", calls.served().micros(100))
            .and("by_second", seconds));
    report.addErrors(name, calls.failed().endings());
  }

  /**
   * @param expected how many calls each node should serve in a second
   * @param limits how many each may
   */
  void addPublished(
      Calls calls,
      List<Second> seconds,
      Map<String, Integer> expected,
      Map<String, Integer> limits) {
    report.add(Target.atMost("1: refused calls (503)", calls.refused().count(), 0));
    report.add(
        Target.atMost(
            "1: seconds after the third that are off 10:16:24 by more than 1",
            secondsOff(seconds, expected, 1),
            0));
    report.add(Target.atMost("1: p99, ms", calls.served().millis(99), PUBLISHED_P99_MILLIS));
    addLimits("1", calls, limits);
  }

  void addLongInterval(Calls calls) {
    report.add(
        Target.atMost("1, update interval 60 s: refused calls (503)", calls.refused().count(), 0));
  }

  /**
   * @param beyond calls a second that are more than all nodes can take
   */
  void addTwoOverloaded(
      Calls calls, List<Second> seconds, int beyond, Map<String, Integer> limits) {
    addLimits("2", calls, limits);
    // One more, since a window of a second ends between two calls.
    report.add(
        Target.atMost(
            "2: refused calls/s, where " + beyond + " must be",
            (double) calls.refused().count() / seconds.size(),
            beyond + 1));
  }

  /**
   * @param capacity calls a second of all nodes
   */
  void addAllOverloaded(Calls calls, List<Second> seconds, int capacity) {
    LongSummaryStatistics served =
        settled(seconds).stream().mapToLong(Second::servedByAll).summaryStatistics();
    report.add(
        Row.of("served_in_a_second", "all nodes overloaded")
            .and("least", served.getMin())
            .and("mean", served.getAverage())
            .and("most", served.getMax()));
    report.add(
        Target.atMost(
            "3: seconds after the third that are off " + capacity + " served by more than 2",
            settled(seconds).stream()
                .filter(each -> Math.abs(each.servedByAll() - capacity) > 2)
                .toList()
                .size(),
            0));
    report.add(
        Target.atMost("3: p99 of refusals, ms", calls.refused().millis(99), REFUSAL_P99_MILLIS));
    report.add(
        Target.atMost(
            "3: refusals without Retry-After",
            calls.refused().where(call -> call.retryAfter().isEmpty()).count(),
            0));
  }

  /**
   * @param how the node was lost
   * @param at when, since the load began
   * @param until the load's end, since its begin
   * @param lost calls a second that the other nodes cannot take
   * @param mostSeconds that a call may wait
   */
  void addLoss(String how, Calls calls, Duration at, Duration until, int lost, double mostSeconds) {
    long atMicros = at.toNanos() / 1_000;
    Calls before = calls.where(call -> call.endedMicros() < atMicros);
    Calls after = calls.where(call -> call.endedMicros() >= atMicros);
    double seconds = until.minus(at).toNanos() / 1e9;
    report.add(
        Row.of("loss_of_node_3", how)
            .and("calls_after", after.count())
            .and("503_before", before.refused().count())
            .and("503_after_per_s", after.refused().count() / seconds)
            .and("failed", after.failed().count())
            .and("longest_wait_ms", after.millis(100))
            .and("answered_late", late(after)));
    report.add(
        Target.atMost("4, " + how + ": calls failed but for 503", after.failed().count(), 0));
    report.add(
        Target.atMost(
            "4, " + how + ": refused calls/s beyond the lost capacity",
            after.refused().count() / seconds - lost,
            1));
    report.add(
        Target.atMost("4, " + how + ": longest wait, s", after.millis(100) / 1e3, mostSeconds));
  }

  /** How many calls took how many tenths of a second, for those that took one at least. */
  private static Map<String, Long> late(Calls calls) {
    Map<String, Long> late = new TreeMap<>();
    for (SentCall call : calls.list()) {
      long tenths = call.latencyMicros() / 100_000;
      if (tenths > 0) {
        late.merge("%.1f s".formatted(tenths / 10.0), 1L, Long::sum);
      }
    }
    return late;
  }

  private void addLimits(String measurement, Calls calls, Map<String, Integer> limits) {
    int worst = Integer.MIN_VALUE;
    for (Map.Entry<String, Integer> limit : limits.entrySet()) {
      Calls own = calls.served().where(call -> call.servedBy().equals(limit.getKey()));
      int most = CertainlyWithinASecond.most(own);
      report.add(
          Row.of("limit", measurement + ": " + limit.getKey())
              .and("calls_per_s", limit.getValue())
              .and("most_in_any_second", most));
      worst = Math.max(worst, most - limit.getValue());
    }
    report.add(
        Target.atMost(
            measurement + ": most calls of a node in any second, above its limit", worst, 0));
  }

  /** Seconds in which some node's calls are off by more than the tolerance. */
  static int secondsOff(List<Second> seconds, Map<String, Integer> expected, int tolerance) {
    return (int)
        settled(seconds).stream()
            .filter(
                second ->
                    expected.entrySet().stream()
                        .anyMatch(
                            each ->
                                Math.abs(second.servedBy(each.getKey()) - each.getValue())
                                    > tolerance))
            .count();
  }

  private static List<Second> settled(List<Second> seconds) {
    return seconds.subList(Math.min(SETTLING, seconds.size()), seconds.size());
  }
}
