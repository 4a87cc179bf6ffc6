package edge.starling.codecs.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapacityTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "slots:1",
        "slots:10000",
        "rate:0.001",
        "rate:2.5",
        "rate:100000",
        "cpu:0.01",
        "cpu:1"
      })
  void readsWhatItWrites(String text) {
    assertThat(Capacity.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rate",
        "rate:",
        "rate:0",
        "rate:-1",
        "rate:1e3",
        "rate:100001",
        "slots:0",
        "slots:1.5",
        "slots:10001",
        "cpu:0",
        "cpu:1.1",
        "RATE:1",
        "speed:1",
        "rate:NaN",
        "rate:1 "
      })
  void refusesEverythingElseAndSaysWhatIsAllowed(String text) {
    assertThatThrownBy(() -> Capacity.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "slots:N with N a whole number from 1 to 10000, or rate:N with N from 0.001 to 100000,"
                + " or cpu:N with N from 0.01 to 1");
  }
}
