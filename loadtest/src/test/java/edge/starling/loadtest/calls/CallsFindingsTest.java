package edge.starling.loadtest.calls;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.loadtest.calls.FirstCall.Kind;
import edge.starling.loadtest.lab.Load;
import edge.starling.loadtest.lab.MeasuredSystem;
import edge.starling.loadtest.lab.Rounds;
import edge.starling.loadtest.lab.Sample;
import edge.starling.loadtest.report.Machine;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Target;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallsFindingsTest {
  private final Report report =
      new Report("calls", true, new Machine("Linux", "a processor", 2, 4096, "17", 0));
  private final Rounds rounds = new Rounds();
  private final CallsFindings findings = new CallsFindings(rounds);

  @BeforeEach
  void measure() {
    for (Load load : CallsPlan.LOADS) {
      add(load, MeasuredSystem.BARE, 80_000, 50);
      add(load, MeasuredSystem.LOCAL, 40_000, 100);
      add(load, MeasuredSystem.FORWARDED, 8_000, 250);
    }
  }

  @Test
  void holdsTheLoadsAgainstTheTargets() {
    findings.addLoads(report);

    assertThat(report.rows()).hasSize(12);
    assertThat(report.rows().get(1).cells())
        .containsEntry("load", "1 connection")
        .containsEntry("system", "local")
        .containsEntry("share_of_bare", 0.5);
    assertThat(report.targets()).extracting(Target::value).containsExactly(0.5, 0.1, 0.15);
    assertThat(report.targets()).extracting(Target::met).containsExactly(true, false, true);
    assertThat(report.chart()).isNotNull();
  }

  @Test
  void holdsTheWorstFirstCallAgainstTheTarget() {
    findings.addFirstCalls(
        report,
        List.of(
            new FirstCall(Kind.LOCAL_IDLE, 1_100),
            new FirstCall(Kind.LOCAL_IDLE, 700),
            new FirstCall(Kind.FORWARDED_IDLE, 6_250),
            new FirstCall(Kind.JOINED, 900)));

    assertThat(report.rows()).hasSize(4);
    assertThat(report.targets()).extracting(Target::met).containsExactly(true, false, true);
    assertThat(report.targets().get(0).value()).isEqualTo(1.0, Offset.offset(1e-9));
    assertThat(report.targets().get(1).value()).isEqualTo(6.0, Offset.offset(1e-9));
  }

  @Test
  void aFailedFirstCallIsNotMet() {
    findings.addFirstCalls(
        report, List.of(new FirstCall(Kind.JOINED, Double.NaN), new FirstCall(Kind.JOINED, 900)));

    assertThat(report.targets()).extracting(Target::met).containsOnly(false);
    assertThat(report.targets()).extracting(Target::value).containsOnlyNulls();
  }

  private void add(Load load, String system, double rate, double p50) {
    rounds.add(load, system, new Sample(rate, p50, p50, p50, p50, 10, 10));
  }
}
