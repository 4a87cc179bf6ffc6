package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "10s, 10000000000",
    "1m30s, 90000000000",
    "500ms, 500000000",
    "1h1m1s1ms1us1ns, 3661001001001",
    "2µs, 2000",
    "2μs, 2000",
    "1.5h, 5400000000000",
    ".5s, 500000000",
    "5.s, 5000000000",
    "+3s, 3000000000",
    "0s, 0",
    "0, 0",
    "10, 10000000000",
    "0.5ns, 0"
  })
  void readsWhatGoReadsAndWholeSeconds(String text, long nanos) {
    assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "s", ".s", "-1s", "1 s", "1d", "1.5", "ten", "10s5", "1e3s", "1h-1m", "١s"})
  void refusesEveryOtherForm(String text) {
    assertThatThrownBy(() -> GoDuration.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(GoDuration.RULE);
  }

  @Test
  void refusesWhatIsTooLong() {
    assertThat(GoDuration.parse("876000h")).isEqualTo(Duration.ofDays(36_500));
    assertThatThrownBy(() -> GoDuration.parse("876000h1ns")).hasMessage(GoDuration.RULE);
    assertThatThrownBy(() -> GoDuration.parse("999999999999999h")).hasMessage(GoDuration.RULE);
  }
}
