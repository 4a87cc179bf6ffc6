package edge.starling.loadtest.faults;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.loadtest.faults.CallEnding.Kind;
import edge.starling.loadtest.report.Machine;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JudgementTest {
  private static final CallEnding SERVED =
      new CallEnding(Kind.ANSWERED, 200, "", false, false, "n1", 1, true, "");

  private final Troubles troubles = new Troubles(() -> 0);
  private final Run run = new Run("twice", "1", "/data/n1");
  private final Map<String, List<Run>> runs =
      Map.of("twice", List.of(run, run), "once", List.of(new Run("once", "1", "/data/n1")));
  private final Judgement judgement =
      new Judgement(
          List.of(call("once"), call("twice"), call("never")),
          new Checker(runs, troubles, Duration.ofSeconds(5)));

  @Test
  void countsByVerdict() {
    assertThat(judgement.count(Verdict.SERVED)).isEqualTo(1);
    assertThat(judgement.count(Verdict.RAN_TWICE)).isEqualTo(1);
    assertThat(judgement.count(Verdict.NEVER_RAN)).isEqualTo(1);
  }

  @Test
  void whatMustNotBeMissesItsTargetAndIsAnError() {
    Report report = new Report("faults", true, Machine.here());

    judgement.addTo(report);

    assertThat(report.targets().stream().filter(target -> !target.met()).map(Target::name))
        .containsExactly("lost calls", "calls run twice against the rule");
    assertThat(report.errors()).hasSize(2);
  }

  @Test
  void showsExamplesWithWhatRan() {
    assertThat(judgement.examples(troubles, runs, 0))
        .anySatisfy(line -> assertThat(line).contains("id twice"))
        .anySatisfy(line -> assertThat(line).contains("version 1 in /data/n1"))
        .noneSatisfy(line -> assertThat(line).contains("id once"));
  }

  private static CallRecord call(String id) {
    return new CallRecord(new CallPlan(id, "client", "n1", "f", "POST", false, 0, 0), 0, 1, SERVED);
  }
}
