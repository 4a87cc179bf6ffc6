package edge.starling.loadtest.faults;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Row;
import edge.starling.loadtest.report.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the checker found in all calls of a run: rows, targets, and examples of what is wrong. */
final class Judgement {
  private static final int EXAMPLES = 5;

  private final List<CallRecord> calls;
  private final Checker checker;
  private final Map<Verdict, List<CallRecord>> byVerdict = new EnumMap<>(Verdict.class);

  Judgement(List<CallRecord> calls, Checker checker) {
    this.calls = calls;
    this.checker = checker;
    calls.forEach(
        call ->
            byVerdict.computeIfAbsent(checker.judge(call), each -> new ArrayList<>()).add(call));
  }

  int count(Verdict verdict) {
    return byVerdict.getOrDefault(verdict, List.of()).size();
  }

  void addTo(Report report) {
    report.add(Row.of("calls", "sent").and("count", calls.size()));
    for (Verdict verdict : Verdict.values()) {
      report.add(Row.of("calls", verdict.meaning()).and("count", count(verdict)));
    }
    byReason()
        .forEach(
            (reason, ended) ->
                report.add(
                    Row.of("ended", reason)
                        .and("count", ended.size())
                        .and("idempotent", idempotent(ended))));
    report.add(zero("lost calls", count(Verdict.LOST) + count(Verdict.NEVER_RAN)));
    report.add(zero("calls run twice against the rule", count(Verdict.RAN_TWICE)));
    report.add(zero("calls refused although they ran", count(Verdict.RAN_ALTHOUGH_REFUSED)));
    report.add(
        zero(
            "calls that failed as they may not",
            count(Verdict.FAILED_WRONGLY) + count(Verdict.WRONG_ANSWER)));
    Map<String, Long> errors = new TreeMap<>();
    byVerdict.forEach(
        (verdict, found) -> {
          if (verdict.isFault()) {
            errors.put("a call " + verdict.meaning(), (long) found.size());
          }
        });
    report.addErrors("nodes", errors);
  }

  private static Target zero(String name, int count) {
    return Target.atMost(name, count, 0);
  }

  private Map<String, List<CallRecord>> byReason() {
    return calls.stream()
        .collect(groupingBy(call -> call.ending().reason(), TreeMap::new, toList()));
  }

  private static long idempotent(List<CallRecord> ended) {
    return ended.stream().filter(call -> call.plan().isIdempotent()).count();
  }

  /**
   * Some calls of each kind that must not be, the slowest first, with what ran and what was broken.
   *
   * @param origin from which times are counted
   */
  List<String> examples(Troubles troubles, Map<String, List<Run>> runs, long origin) {
    List<String> told = new ArrayList<>();
    byVerdict.forEach(
        (verdict, found) -> {
          if (verdict.isFault()) {
            told.add(found.size() + " x a call " + verdict.meaning() + ", such as");
            found.stream()
                .sorted(Comparator.comparingLong(CallRecord::millis).reversed())
                .limit(EXAMPLES)
                .forEach(call -> told.addAll(example(call, troubles, runs, origin)));
          }
        });
    return told;
  }

  private List<String> example(
      CallRecord call, Troubles troubles, Map<String, List<Run>> runs, long origin) {
    List<String> told = new ArrayList<>();
    told.add("  " + History.told(call, origin));
    told.add("    ran " + checker.times(call) + " x");
    runs.getOrDefault(call.plan().id(), List.of())
        .forEach(run -> told.add("    version " + run.version() + " in " + run.folder()));
    troubles.around(call).forEach(each -> told.add("    " + each.told(origin)));
    return told;
  }
}
