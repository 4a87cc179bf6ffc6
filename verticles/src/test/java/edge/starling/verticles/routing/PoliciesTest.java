package edge.starling.verticles.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.config.InvalidConfig;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoliciesTest {
  private final Policies policies = Policies.find();

  @ParameterizedTest
  @CsvSource({
    "local-first, LocalFirst",
    "least-in-progress, LeastInProgress",
    "race-all, RaceAll",
    "random, RandomChoice",
    "round-robin, Split",
    "static, Split",
    "static:here=0.7, Split",
    "all-local, Split",
    "latency-threshold, Split",
    "latency-threshold:within=2ms, Split",
    "slack-proportional, ExcessSplit",
    "equal-split, ExcessSplit",
  })
  void hasThePoliciesOfStarling(String text, String type) {
    assertThat(create(text).getClass().getSimpleName()).isEqualTo(type);
  }

  @Test
  void findsThoseOnTheClassPath() {
    assertThat(policies.names()).contains("asks-first");
    assertThat(create("asks-first")).isNotNull();
  }

  @Test
  void refusesAnUnknownNameAndSaysWhichThereAre() {
    assertThatThrownBy(() -> create("fastest"))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("routing.policy: \"fastest\"")
        .hasMessageContaining("least-in-progress, local-first, race-all, random, round-robin");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "static:here=2 | static with here from 0.01 to 0.99",
        "static:here= | static with here from 0.01 to 0.99",
        "static:here=NaN | static with here from 0.01 to 0.99",
        "static:there=0.5 | static with no other parameters than here",
        "latency-threshold:within=5 | latency-threshold with within as a time such as",
        "round-robin:here=0.5 | round-robin with nothing behind its name",
      })
  void refusesParametersThatThePolicyDoesNotTake(String text, String allowed) {
    assertThatThrownBy(() -> create(text))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("routing.policy: \"" + text + "\"")
        .hasMessageContaining(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "static:",
        "static:here",
        "static:=1",
        "static:here=0.5,",
        "static:here=0.5,here=0.6"
      })
  void refusesWhatIsNoListOfParameters(String text) {
    assertThatThrownBy(() -> create(text))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("NAME:KEY=VALUE,KEY=VALUE");
  }

  private SchedulingPolicy create(String text) {
    return policies.create("routing.policy", text, () -> 0, RandomGenerator.getDefault());
  }
}
