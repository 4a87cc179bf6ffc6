package edge.starling.verticles.load;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import edge.starling.verticles.load.Rates.Flow;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RatesTest {
  private static final Flow OWN = new Flow(HELLO, null);

  private final Rates rates = new Rates();
  private long now = Long.MAX_VALUE - 5;

  @Test
  void tellsCallsASecond() {
    for (int reading = 1; reading <= 30; reading++) {
      double rate = after(100, OWN, 5 * reading);
      if (reading > 10) {
        assertThat(rate).isEqualTo(50, within(1e-9));
      }
    }
  }

  @Test
  void growsFromNothingAndFallsBackToIt() {
    assertThat(after(500, OWN, 5)).isEqualTo(5);
    assertThat(after(500, OWN, 10)).isEqualTo(10 / 1.5);
    assertThat(after(500, OWN, 10)).isEqualTo(5);
    assertThat(after(500, OWN, 10)).isZero();
  }

  @Test
  void whoWasNotReadForLongHadNoCallsUntilJustNow() {
    after(100, OWN, 1_000);

    assertThat(after(3_600_000, OWN, 1_006)).isBetween(4.0, 6.0);
  }

  @Test
  void readsAtAnyPace() {
    after(1_100, OWN, 0);
    for (int reading = 1; reading <= 1_000; reading++) {
      double rate = after(3, OWN, reading);
      if (reading > 400) {
        assertThat(rate).isEqualTo(1_000 / 3.0, within(1.0));
      }
    }
  }

  @Test
  void keepsFlowsApart() {
    after(100, OWN, 5);

    assertThat(after(0, new Flow(HELLO, A), 7)).isEqualTo(7);
  }

  @Test
  void aCounterThatBeganAgainIsNoNegativeRate() {
    after(100, OWN, 50);

    assertThat(after(1_000, OWN, 1)).isZero();
  }

  private double after(long millis, Flow flow, long count) {
    now += Duration.ofMillis(millis).toNanos();
    return rates.read(flow, count, now);
  }
}
