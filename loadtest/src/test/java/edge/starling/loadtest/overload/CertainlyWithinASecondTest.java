package edge.starling.loadtest.overload;

import static edge.starling.loadtest.gatling.SentCalls.served;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.loadtest.gatling.Calls;
import edge.starling.loadtest.gatling.SentCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CertainlyWithinASecondTest {
  @Test
  void noCallsAreNone() {
    assertThat(CertainlyWithinASecond.most(new Calls(List.of()))).isZero();
  }

  @Test
  void callsThatAreASecondApartAreNotWithinIt() {
    Calls calls =
        new Calls(List.of(served("n1", 0, 1), served("n1", 500, 1), served("n1", 1000, 1)));
    assertThat(CertainlyWithinASecond.most(calls)).isEqualTo(2);
  }

  @Test
  void aCallThatMayHaveBeenAdmittedLaterDoesNotCount() {
    Calls calls = new Calls(List.of(served("n1", 0, 1), served("n1", 995, 10)));
    assertThat(CertainlyWithinASecond.most(calls)).isEqualTo(1);
  }

  @Test
  void theWorstSecondMayBeginAnywhere() {
    Calls calls =
        new Calls(
            List.of(
                served("n1", 0, 1),
                served("n1", 700, 1),
                served("n1", 800, 1),
                served("n1", 1500, 1),
                served("n1", 1600, 1)));
    assertThat(CertainlyWithinASecond.most(calls)).isEqualTo(4);
  }

  @Test
  void findsWhatCountingEverySecondFinds() {
    var random = new Random(7);
    for (int run = 0; run < 50; run++) {
      List<SentCall> calls = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        calls.add(served("n1", random.nextInt(4000), random.nextInt(600)));
      }
      int expected = 0;
      for (SentCall first : calls) {
        long end = first.startedMicros() + 1_000_000;
        int within =
            (int)
                calls.stream()
                    .filter(
                        c -> c.startedMicros() >= first.startedMicros() && c.endedMicros() < end)
                    .count();
        expected = Math.max(expected, within);
      }
      assertThat(CertainlyWithinASecond.most(new Calls(calls))).isEqualTo(expected);
    }
  }
}
