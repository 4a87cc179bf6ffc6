package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallTimeTest {
  @ParameterizedTest
  @CsvSource({"500ms, 500", "2.5s, 2500", "1m, 60000", "1h, 3600000", "1ms, 1", "0.5m, 30000"})
  void readsTimes(String text, long millis) {
    assertThat(CallTime.timeout(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "s", "-1s", "1 s", "0s", "0.1ms", "2h", "61m", "1e3s", "9999999999s"})
  void refusesOthers(String text) {
    assertThatThrownBy(() -> CallTime.timeout(text)).hasMessageContaining("X-Timeout");
  }

  @ParameterizedTest
  @CsvSource({"0, 0.000000", "123000, 0.000123", "1999999999, 1.999999", "61000000000, 61.000000"})
  void writesSecondsWithSixDecimals(long nanos, String text) {
    assertThat(CallTime.seconds(Duration.ofNanos(nanos))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "1000, 1", "1001, 2", "2500, 3", "-5, 1"})
  void roundsRetryAfterUp(long millis, String seconds) {
    assertThat(CallTime.retryAfter(Duration.ofMillis(millis))).isEqualTo(seconds);
  }
}
