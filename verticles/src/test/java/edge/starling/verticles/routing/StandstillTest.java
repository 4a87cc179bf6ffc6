package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandstillTest {
  private final HandClock clock = new HandClock();
  private final Standstill standstill = new Standstill(Duration.ofSeconds(2), clock);

  @Test
  void toleratesWhatIsNoLongerThanItsTolerance() {
    for (int i = 0; i < 10; i++) {
      clock.advance(Duration.ofSeconds(2));
      assertThat(standstill.move()).isFalse();
    }
  }

  @Test
  void isNoticedOnce() {
    clock.advance(Duration.ofMillis(2001));
    assertThat(standstill.move()).isTrue();
    assertThat(standstill.move()).isFalse();

    clock.advance(Duration.ofSeconds(3));
    assertThat(standstill.move()).isTrue();
  }

  @Test
  void doubtsAPeerUntilItIsBelieved() {
    standstill.doubt(List.of(A, B));
    standstill.believe(A);

    assertThat(standstill.doubts(A)).isFalse();
    assertThat(standstill.doubts(B)).isTrue();
  }
}
