package edge.starling.loadtest.faults;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Row;
import edge.starling.loadtest.report.Target;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What a run says beside what became of its calls: rows, targets and errors. */
final class FaultsFindings {
  /** What the heap may have grown to, as a share of what it was before. */
  private static final double MOST_HEAP = 1.1;

  private static final double BYTES_A_MIB = 1 << 20;

  private final Report report;
  private final Consumer<String> notes;

  /**
   * @param notes takes what is for people only
   */
  FaultsFindings(Report report, Consumer<String> notes) {
    this.report = report;
    this.notes = notes;
  }

  /**
   * @param seconds of each round; the worst one counts
   */
  void addRecovery(String name, List<Double> seconds, double most) {
    double worst = seconds.stream().reduce(Double.NEGATIVE_INFINITY, Math::max);
    report.add(Row.of("recovery", name).and("worst", worst).and("all", seconds));
    report.add(Target.atMost(name, worst, most));
  }

  void addOperations(List<Operation> operations) {
    operations.stream()
        .collect(groupingBy(Operation::outcome, TreeMap::new, counting()))
        .forEach((what, times) -> report.add(Row.of("operation", what).and("times", times)));
  }

  void addUnsettled(List<String> wrong) {
    mustBeNone("functions not in order after the run", wrong);
  }

  void addLeftOvers(Map<String, Double> left) {
    mustBeNone(
        "counters that do not go back to zero",
        left.entrySet().stream().map(each -> each.getKey() + " = " + each.getValue()).toList());
  }

  void addBroken(List<String> broken) {
    mustBeNone("nodes that failed to leave or start", broken);
  }

  private void mustBeNone(String name, List<String> found) {
    found.forEach(each -> notes.accept(name + ": " + each));
    report.add(Target.atMost(name, found.size(), 0));
    if (!found.isEmpty()) {
      report.addErrors("nodes", Map.of(name, (long) found.size()));
    }
  }

  /**
   * @param before bytes of each node
   * @param after bytes of the same nodes
   */
  void addHeaps(Map<String, Double> before, Map<String, Double> after) {
    double worst = Double.NEGATIVE_INFINITY;
    for (Map.Entry<String, Double> each : after.entrySet()) {
      double was = before.getOrDefault(each.getKey(), Double.NaN);
      double grown = each.getValue() / was;
      worst = Math.max(worst, grown);
      report.add(
          Row.of("heap", each.getKey())
              .and("before_mib", was / BYTES_A_MIB)
              .and("after_mib", each.getValue() / BYTES_A_MIB)
              .and("after_to_before", grown));
    }
    report.add(Target.atMost("heap after the run, share of before", worst, MOST_HEAP));
  }
}
