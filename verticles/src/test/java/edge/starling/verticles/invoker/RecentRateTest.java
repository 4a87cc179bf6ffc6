package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RecentRateTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void isSteadyWhereWhatIsCountedIsSteady() {
    RecentRate rate = new RecentRate(0);
    long gap = SECOND / 200;
    for (long now = 0; now < 5 * SECOND; now += gap) {
      rate.count(now);
      if (now > SECOND) {
        assertThat(rate.rate(now)).isEqualTo(200, Offset.offset(2.0));
      }
    }
  }

  @Test
  void forgetsWhatIsLongAgo() {
    RecentRate rate = new RecentRate(-5 * SECOND);
    rate.count(-5 * SECOND);
    rate.count(-5 * SECOND + 1);

    assertThat(rate.rate(-5 * SECOND + 1)).isEqualTo(2);
    assertThat(rate.rate(-4 * SECOND - 1)).isEqualTo(2);
    assertThat(rate.rate(-4 * SECOND + SECOND / 20)).isEqualTo(1);
    assertThat(rate.rate(-4 * SECOND + SECOND / 10)).isZero();
    assertThat(rate.rate(60 * SECOND)).isZero();
  }
}
