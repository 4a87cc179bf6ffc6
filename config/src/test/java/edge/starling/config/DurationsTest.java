package edge.starling.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "2.5s, PT2.5S",
    "1m, PT1M",
    "2h, PT2H",
    "7d, P7D",
    "0.5m, PT30S",
    "0s, PT0S",
    "0.000001ms, PT0.000000001S",
    "' 10s ', PT10S",
    "36500d, P36500D"
  })
  void readsWhatPeopleWrite(String text, Duration time) {
    assertThat(Durations.parse(text)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "s",
        "-1s",
        "+1s",
        "1 s",
        "1S",
        ".5s",
        "1.s",
        "1,5s",
        "1e3s",
        "1m30s",
        "PT5S",
        "5 seconds",
        "0.0000001ms",
        "36501d",
        "999999999999999d",
        "٣s"
      })
  void refusesEverythingElseWithTheRule(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parse(text))
        .withMessage(Durations.RULE);
  }

  @ParameterizedTest
  @CsvSource({
    "PT0.5S, 500ms",
    "PT2.5S, 2.5s",
    "PT90S, 90s",
    "PT1M, 1m",
    "PT24H, 1d",
    "PT25H, 25h",
    "PT0S, 0s",
    "PT0.0000015S, 0.0015ms",
    "PT1.000000001S, 1.000000001s"
  })
  void writesTheLongestUnitThatFits(Duration time, String text) {
    assertThat(Durations.format(time)).isEqualTo(text);
  }

  @Test
  void readsBackWhatItWrites() {
    Random chance = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      Duration time =
          Duration.ofNanos(chance.nextLong(Durations.LONGEST.toNanos()) >> chance.nextInt(62));
      assertThat(Durations.parse(Durations.format(time))).isEqualTo(time);
    }
  }

  @Test
  void writesNoNegativeTime() {
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.format(Duration.ofMillis(-1)));
  }

  @Test
  void writesTimesThatAreLongerThanItReads() {
    assertThat(Durations.format(Duration.ofDays(1_000_000))).isEqualTo("1000000d");
  }
}
