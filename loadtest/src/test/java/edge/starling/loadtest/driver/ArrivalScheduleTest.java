package edge.starling.loadtest.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ArrivalScheduleTest {
  @Test
  void spacesTheCallsEvenly() {
    var schedule = new ArrivalSchedule(500, Duration.ofSeconds(3));

    assertThat(schedule.calls()).isEqualTo(1500);
    assertThat(schedule.offsetNanos(0)).isZero();
    assertThat(schedule.offsetNanos(1)).isEqualTo(2_000_000);
    assertThat(schedule.offsetNanos(1499)).isEqualTo(2_998_000_000L);
  }

  @Test
  void doesNotDriftWhenTheSpaceIsNoWholeNumber() {
    var schedule = new ArrivalSchedule(3, Duration.ofHours(1));

    assertThat(schedule.calls()).isEqualTo(10_800);
    assertThat(schedule.offsetNanos(10_797)).isEqualTo(TimeUnit.SECONDS.toNanos(3599));
  }

  @Test
  void mayBeSlowerThanOneCallASecond() {
    var schedule = new ArrivalSchedule(0.5, Duration.ofSeconds(5));

    assertThat(schedule.calls()).isEqualTo(2);
    assertThat(schedule.offsetNanos(1)).isEqualTo(TimeUnit.SECONDS.toNanos(2));
  }

  @Test
  void refusesARateThatIsNone() {
    assertThatThrownBy(() -> new ArrivalSchedule(0, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ArrivalSchedule(Double.NaN, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
