package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServiceTimeTest {
  private final ServiceTime time = new ServiceTime();

  @Test
  void isUnknownBeforeTheFirstCall() {
    assertThat(time.smoothed()).isNull();
    time.took(800);
    assertThat(time.smoothed()).isEqualTo(Duration.ofNanos(800));
  }

  @Test
  void movesByAnEighthOfTheDifference() {
    time.took(800);
    time.took(1600);
    assertThat(time.smoothed()).isEqualTo(Duration.ofNanos(900));
    time.took(100);
    assertThat(time.smoothed()).isEqualTo(Duration.ofNanos(800));
  }
}
