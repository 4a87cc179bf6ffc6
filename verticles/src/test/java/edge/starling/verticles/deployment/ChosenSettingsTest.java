package edge.starling.verticles.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.DeploymentMessage.Choices;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChosenSettingsTest {
  private static final Settings PRESENT =
      new Settings(
          RuntimeKind.PROCESS, 32, Duration.ofSeconds(5), Map.of("A", "1"), Map.of("b", "2"));

  @Test
  void takesTheDefaultsForANewFunction() {
    assertThat(ChosenSettings.of(Choices.NONE, null, Form.WASM))
        .isEqualTo(new Settings(RuntimeKind.WASM, 16, Duration.ofSeconds(60), Map.of(), Map.of()));
  }

  @Test
  void keepsWhatIsNotNamed() {
    assertThat(ChosenSettings.of(Choices.NONE, PRESENT, Form.EXECUTABLE)).isEqualTo(PRESENT);
  }

  @Test
  void replacesWhatIsNamedAsAWhole() {
    Choices choices = new Choices(null, 64, null, Map.of("C", "3"), null);

    assertThat(ChosenSettings.of(choices, PRESENT, Form.EXECUTABLE))
        .isEqualTo(
            new Settings(
                RuntimeKind.PROCESS,
                64,
                Duration.ofSeconds(5),
                Map.of("C", "3"),
                Map.of("b", "2")));
  }

  @Test
  void theFormOfANewHandlerDecidesWhereItRuns() {
    assertThat(ChosenSettings.of(Choices.NONE, PRESENT, Form.WASM).runtime())
        .isEqualTo(RuntimeKind.WASM);
    assertThat(ChosenSettings.of(Choices.NONE, null, Form.PYTHON).runtime())
        .isEqualTo(RuntimeKind.PROCESS);
  }

  @Test
  void acceptsTheLimitsThemselves() {
    Choices least = new Choices(null, 1, Duration.ofMillis(1), null, null);
    Choices most = new Choices(null, 4096, Duration.ofHours(1), null, null);

    assertThat(ChosenSettings.of(least, null, Form.WASM).memoryMiB()).isEqualTo(1);
    assertThat(ChosenSettings.of(most, null, Form.WASM).memoryMiB()).isEqualTo(4096);
  }

  @Test
  void capacityAndPolicyAreTakenKeptAndGivenBackToTheNode() {
    Settings chosen = ChosenSettings.of(own("rate:10", "round-robin"), PRESENT, Form.EXECUTABLE);
    assertThat(chosen.capacity()).isEqualTo(new Capacity(Capacity.Kind.RATE, 10));
    assertThat(chosen.policy()).isEqualTo("round-robin");
    assertThat(ChosenSettings.of(Choices.NONE, chosen, Form.EXECUTABLE)).isEqualTo(chosen);
    assertThat(ChosenSettings.of(own("node", null), chosen, Form.EXECUTABLE).policy())
        .isEqualTo("round-robin");
    assertThat(ChosenSettings.of(own("node", "node"), chosen, Form.EXECUTABLE)).isEqualTo(PRESENT);
  }

  @Test
  void refusesAWrongCapacity() {
    assertThatThrownBy(() -> ChosenSettings.of(own("cpu:2", null), null, Form.WASM))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("capacity: it is slots:N");
  }

  private static Choices own(String capacity, String policy) {
    return new Choices(null, null, null, null, null, capacity, policy);
  }

  @Test
  void refusesAnEnvironmentThatNoProcessCanHave() {
    assertRefused(Map.of("A=B", "1"));
    assertRefused(Map.of("", "1"));
    assertRefused(Map.of("A", "x\0y"));
    assertRefused(Map.of("A", "x".repeat(64 * 1024)));
  }

  private static void assertRefused(Map<String, String> env) {
    Choices choices = new Choices(null, null, null, env, null);
    assertThatThrownBy(() -> ChosenSettings.of(choices, null, Form.WASM))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("env:");
  }
}
