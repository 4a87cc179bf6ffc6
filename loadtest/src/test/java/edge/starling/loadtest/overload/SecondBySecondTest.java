package edge.starling.loadtest.overload;

import static edge.starling.loadtest.gatling.SentCalls.failed;
import static edge.starling.loadtest.gatling.SentCalls.refused;
import static edge.starling.loadtest.gatling.SentCalls.served;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.loadtest.gatling.Calls;
import edge.starling.loadtest.overload.SecondBySecond.Second;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecondBySecondTest {
  @Test
  void callsBelongToTheSecondInWhichTheyWereDue() {
    Calls calls =
        new Calls(
            List.of(
                served("n1", -3, 1),
                served("n1", 900, 1),
                served("n2", 996, 1),
                served("n1", 1004, 1)));
    List<Second> seconds = SecondBySecond.of(calls, 2, 50);
    assertThat(seconds.get(0).servedBy("n1")).isEqualTo(2);
    assertThat(seconds.get(0).servedBy("n2")).isZero();
    assertThat(seconds.get(1).servedBy("n1")).isEqualTo(1);
    assertThat(seconds.get(1).servedBy("n2")).isEqualTo(1);
    assertThat(seconds.get(1).servedByAll()).isEqualTo(2);
  }

  @Test
  void refusalsAndFailuresAreServedByNobody() {
    Calls calls = new Calls(List.of(refused(0, 1, "1"), refused(10, 1, ""), failed(20, 1, "lost")));
    Second first = SecondBySecond.of(calls, 1, 100).get(0);
    assertThat(first.refused()).isEqualTo(2);
    assertThat(first.servedByAll()).isZero();
    assertThat(first.statuses()).containsEntry(0, 1L).containsEntry(503, 2L);
  }

  @Test
  void whatIsSentTooLateCountsForTheLastSecond() {
    assertThat(SecondBySecond.of(new Calls(List.of(served("n1", 2_500, 1))), 2, 50))
        .extracting(Second::servedByAll)
        .containsExactly(0L, 1L);
  }
}
