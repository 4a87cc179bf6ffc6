package edge.starling.loadtest.forwarding;

import static edge.starling.loadtest.forwarding.ForwardingFindings.TWO_KEEP_ALIVE;
import static edge.starling.loadtest.forwarding.ForwardingFindings.TWO_SERVER_CLOSE;
import static edge.starling.loadtest.lab.MeasuredSystem.FORWARDED;
import static edge.starling.loadtest.lab.MeasuredSystem.LOCAL;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.loadtest.lab.Load;
import edge.starling.loadtest.lab.Rounds;
import edge.starling.loadtest.lab.Sample;
import edge.starling.loadtest.report.Machine;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Target;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForwardingFindingsTest {
  private final Report report = new Report("forwarding", true, Machine.here());

  @Test
  void whatForwardingAddsIsTheMedianOfTheRounds() {
    Load load = Load.open(2_000);
    var rounds = new Rounds();
    for (double added : new double[] {100, 500, 150}) {
      rounds.add(load, LOCAL, sample(2_000, 300));
      rounds.add(load, FORWARDED, sample(2_000, 300 + added));
    }
    new ForwardingFindings(report, List.of(LOCAL, FORWARDED)).addSteady("Gatling", load, rounds);
    assertThat(report.targets()).hasSize(1);
    assertThat(report.targets().get(0).value()).isEqualTo(0.15);
    assertThat(report.targets().get(0).met()).isTrue();
  }

  @Test
  void theHighestRateOfAnyLoadIsComparedWithThePairs() {
    List<Load> loads = List.of(Load.closed(16), Load.closed(64));
    var rounds = new Rounds();
    for (int i = 0; i < loads.size(); i++) {
      rounds.add(loads.get(i), FORWARDED, sample(10_000 + i * 2_000, 1));
      rounds.add(loads.get(i), TWO_SERVER_CLOSE, sample(8_000 - i, 1));
      rounds.add(loads.get(i), TWO_KEEP_ALIVE, sample(24_000 - i, 1));
    }
    new ForwardingFindings(report, List.of(FORWARDED, TWO_KEEP_ALIVE, TWO_SERVER_CLOSE))
        .addHighest(loads, rounds);
    Target target = report.targets().get(0);
    assertThat(target.value()).isEqualTo(1.5);
    assertThat(target.aim()).isEqualTo(3.0);
    assertThat(target.met()).isTrue();
  }

  @Test
  void withoutHaProxyThereIsNoSuchTarget() {
    List<Load> loads = List.of(Load.closed(16));
    var rounds = new Rounds();
    rounds.add(loads.get(0), FORWARDED, sample(10_000, 1));
    new ForwardingFindings(report, List.of(FORWARDED)).addHighest(loads, rounds);
    assertThat(report.targets()).isEmpty();
    assertThat(report.rows()).hasSize(1);
  }

  @Test
  void theQuickOneTakesLessThanFiveMinutes() {
    assertThat(ForwardingPlan.quick().expected(7, 3)).isLessThan(Duration.ofMinutes(5));
  }

  private static Sample sample(double rate, double p50) {
    return new Sample(rate, p50, p50, p50, p50, 1, 1);
  }
}
