package edge.starling.loadtest.overload;

import static edge.starling.loadtest.gatling.SentCalls.failed;
import static edge.starling.loadtest.gatling.SentCalls.refused;
import static edge.starling.loadtest.gatling.SentCalls.served;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.loadtest.gatling.Calls;
import edge.starling.loadtest.gatling.SentCall;
import edge.starling.loadtest.report.Machine;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OverloadFindingsTest {
  private static final Map<String, Integer> SHARES = Map.of("n1", 10, "n2", 16, "n3", 24);
  private static final Map<String, Integer> LIMITS = Map.of("n1", 10, "n2", 20, "n3", 30);

  private final Report report = new Report("overload", true, Machine.here());
  private final OverloadFindings findings = new OverloadFindings(report);

  @Test
  void thePublishedExperimentAsItShouldBeMeetsEveryTarget() {
    Calls calls = new Calls(shared(6));
    findings.addPublished(calls, SecondBySecond.of(calls, 6, 50), SHARES, LIMITS);
    assertThat(report.targets()).hasSize(4).allMatch(Target::met);
  }

  @Test
  void aSecondThatIsOffIsToldUnlessItIsAmongTheFirstThree() {
    List<SentCall> calls = shared(6);
    replace(calls, 1, 5);
    replace(calls, 4, 2);
    assertThat(OverloadFindings.secondsOff(SecondBySecond.of(new Calls(calls), 6, 50), SHARES, 1))
        .isEqualTo(1);
  }

  @Test
  void aNodeAboveItsLimitIsTold() {
    List<SentCall> calls = shared(6);
    calls.add(served("n1", 2_030, 1));
    Calls all = new Calls(calls);
    findings.addPublished(all, SecondBySecond.of(all, 6, 50), SHARES, LIMITS);
    assertThat(notMet()).containsExactly("1: most calls of a node in any second, above its limit");
  }

  @Test
  void refusalsMustBeQuickAndSayWhenToComeBack() {
    List<SentCall> calls = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      calls.add(i % 5 < 3 ? served("n1", i * 10, 1) : refused(i * 10, 6, i == 4 ? "" : "1"));
    }
    Calls all = new Calls(calls);
    findings.addAllOverloaded(all, SecondBySecond.of(all, 5, 100), 60);
    assertThat(notMet())
        .containsExactly("3: p99 of refusals, ms", "3: refusals without Retry-After");
  }

  @Test
  void onlyTheLostCapacityMayBeRefusedAfterALoss() {
    List<SentCall> calls = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      boolean lost = i >= 100 && i % 5 < 2;
      calls.add(lost ? refused(i * 20, 1, "1") : served("n1", i * 20, 1));
    }
    findings.addLoss(
        "SIGKILL", new Calls(calls), Duration.ofSeconds(2), Duration.ofSeconds(10), 20, 1);
    assertThat(report.targets()).hasSize(3).allMatch(Target::met);
  }

  @Test
  void aFailureAndALongWaitAfterALossAreTold() {
    List<SentCall> calls =
        List.of(
            served("n1", 0, 1), failed(1_900, 150, "connection reset"), served("n2", 1_950, 1_600));
    findings.addLoss(
        "SIGSTOP", new Calls(calls), Duration.ofSeconds(2), Duration.ofSeconds(10), 20, 1.5);
    assertThat(notMet())
        .containsExactly("4, SIGSTOP: calls failed but for 503", "4, SIGSTOP: longest wait, s");
  }

  @Test
  void callsThatWereNeitherServedNorRefusedAreErrors() {
    Calls calls = new Calls(List.of(served("n1", 0, 1), failed(1, 1, "lost"), refused(2, 1, "")));
    findings.addSummary("some", calls, SecondBySecond.of(calls, 1, 50));
    assertThat(report.errors()).isEqualTo(Map.of("some: lost", 1L));
  }

  private List<String> notMet() {
    return report.targets().stream().filter(each -> !each.met()).map(Target::name).toList();
  }

  /** 50 calls in each second, spread as they should be. */
  private static List<SentCall> shared(int seconds) {
    List<SentCall> calls = new ArrayList<>();
    for (int i = 0; i < seconds * 50; i++) {
      int place = i % 50;
      String node = place < 10 ? "n1" : place < 26 ? "n2" : "n3";
      calls.add(served(node, i * 20, 1));
    }
    return calls;
  }

  /** So many calls of a second, from 0, that node 3 serves instead of node 2. */
  private static void replace(List<SentCall> calls, int second, int count) {
    for (int i = 0; i < count; i++) {
      int place = second * 50 + 10 + i;
      calls.set(place, served("n3", place * 20, 1));
    }
  }
}
