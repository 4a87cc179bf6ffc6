package edge.starling.loadtest.gatling;

import static edge.starling.loadtest.gatling.SentCalls.failed;
import static edge.starling.loadtest.gatling.SentCalls.refused;
import static edge.starling.loadtest.gatling.SentCalls.served;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallsTest {
  @Test
  void quantilesAreByNearestRank() {
    Calls calls =
        new Calls(IntStream.rangeClosed(1, 200).mapToObj(i -> served("n1", i, i)).toList());
    assertThat(calls.millis(0)).isEqualTo(1);
    assertThat(calls.millis(50)).isEqualTo(100);
    assertThat(calls.millis(99)).isEqualTo(198);
    assertThat(calls.micros(100)).isEqualTo(200_000);
  }

  @Test
  void noCallsHaveNoQuantile() {
    assertThat(new Calls(List.of()).micros(50)).isNaN();
  }

  @Test
  void everyCallIsServedRefusedOrFailed() {
    Calls calls =
        new Calls(
            List.of(
                served("n2", 0, 1),
                refused(1, 1, "1"),
                failed(2, 1, "reset"),
                served("n1", 3, 1),
                served("n2", 4, 1),
                new SentCall("n1", 5, 1, 502, "n1", 1, "", "")));
    assertThat(calls.byNode()).isEqualTo(Map.of("n1", 1L, "n2", 2L));
    assertThat(calls.refused().count()).isEqualTo(1);
    assertThat(calls.failed().endings()).isEqualTo(Map.of("reset", 1L, "status 502", 1L));
  }
}
