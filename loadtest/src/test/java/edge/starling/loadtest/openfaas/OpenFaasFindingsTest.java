package edge.starling.loadtest.openfaas;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.loadtest.lab.Load;
import edge.starling.loadtest.lab.Rounds;
import edge.starling.loadtest.lab.Sample;
import edge.starling.loadtest.report.Machine;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Target;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenFaasFindingsTest {
  private final Report report =
      new Report("openfaas", true, new Machine("Linux", "a processor", 2, 4096, "17", 0));
  private final OpenFaasFindings findings = new OpenFaasFindings(report);
  private final Rounds rounds = new Rounds();

  private void add(Load load, String system, double rate, double p50) {
    rounds.add(load, system, new Sample(rate, p50, p50, p50, p50, 1, 1));
  }

  @Test
  void comparesTheWaitOfANoOpForOneClient() {
    for (Load load : OpenFaasFindings.NOOP_LOADS) {
      add(load, OpenFaasFindings.GATEWAY, 1_000, 200);
      add(load, OpenFaasFindings.NODE, 600, 450);
    }

    findings.add(OpenFaasFindings.NOOP, OpenFaasFindings.NOOP_LOADS, rounds);

    assertThat(report.targets())
        .containsExactly(
            Target.atMost("p50 above the gateway's, no-op, 1 connection, ms", 0.25, 0.3));
    assertThat(report.rows()).hasSize(4);
  }

  @Test
  void comparesTheRateOfAFunctionThatTakesItsTime() {
    add(OpenFaasFindings.BUSY, OpenFaasFindings.GATEWAY, 2_000, 1);
    add(OpenFaasFindings.BUSY, OpenFaasFindings.NODE, 1_600, 1);

    findings.add(OpenFaasFindings.SLEEP, List.of(OpenFaasFindings.BUSY), rounds);

    assertThat(report.targets())
        .singleElement()
        .isEqualTo(Target.atLeast("share of the gateway's rate, 5 ms, 16 connections", 0.8, 0.85));
    assertThat(report.targets().get(0).met()).isFalse();
  }
}
