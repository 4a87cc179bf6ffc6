package edge.starling.verticles.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.DeploymentMessage.Choices;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.verticles.gateway.Inventory.Differences;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class InventoryTest {
  private final Inventory inventory = new Inventory(true);

  private static GatewayFunction there(String name, String image) {
    return new GatewayFunction(
        name, null, image, null, null, null, null, null, null, null, null, false, 1, 1);
  }

  private static FunctionName named(String name) {
    return FunctionName.parse(name);
  }

  private static Description of(GatewayFunction function, Form form, int version) {
    Choices choices = function.choices();
    return new Description(
        function.function().orElseThrow(),
        new FunctionVersion(version, "ab"),
        form,
        new Settings(
            RuntimeKind.OPENFAAS,
            Settings.DEFAULT_MEMORY_MIB,
            Settings.DEFAULT_TIMEOUT,
            Objects.requireNonNull(choices.env()),
            Objects.requireNonNull(choices.labels()),
            null,
            null,
            choices.openFaas()),
        new Artefact("image", "00", 1),
        null,
        Instant.EPOCH);
  }

  private void installed(GatewayFunction function, Form form) {
    inventory.installed(of(function, form, 1), Objects.requireNonNull(function.image()));
  }

  @Test
  void findsWhatIsNotOurs() {
    installed(there("ours", "a"), Form.IMAGE);

    Differences seen = inventory.look(List.of(there("ours", "a"), there("theirs", "b")));

    assertThat(seen.found()).containsExactly(there("theirs", "b"));
    assertThat(seen.gone()).isEmpty();
  }

  @Test
  void findsNothingUnlessItIsToldTo() {
    assertThat(new Inventory(false).look(List.of(there("theirs", "b"))).found()).isEmpty();
  }

  @Test
  void passesOverWhatCanBeNoFunctionOfOurs() {
    assertThat(inventory.look(List.of(there("Not_Ours", "b"), there("deployments", "c"))).found())
        .isEmpty();
  }

  @Test
  void missesWhatTheGatewayHasLost() {
    installed(there("ours", "a"), Form.IMAGE);
    installed(there("theirs", "b"), Form.ADOPTED);

    Differences seen = inventory.look(List.of());

    assertThat(seen.gone()).extracting(Inventory.Ours::image).containsExactly("a");
    assertThat(seen.dropped()).containsExactly(named("theirs"));
  }

  @Test
  void noticesAChangeOfWhatIsAdoptedOnly() {
    installed(there("ours", "a"), Form.IMAGE);
    installed(there("theirs", "b"), Form.ADOPTED);

    Differences seen = inventory.look(List.of(there("ours", "x"), there("theirs", "y")));

    assertThat(seen.changed()).containsExactly(there("theirs", "y"));
    assertThat(seen.found()).isEmpty();
  }

  @Test
  void remembersWhatIsUnwantedWhileItIsThere() {
    inventory.unwanted(named("theirs"));

    assertThat(inventory.look(List.of(there("theirs", "b"))).found()).isEmpty();
    assertThat(inventory.look(List.of()).found()).isEmpty();
    assertThat(inventory.look(List.of(there("theirs", "b"))).found()).hasSize(1);
  }

  @Test
  void removesWhatIsLeftOverAndDoesNotAdoptIt() {
    inventory.leftOver(named("old"));

    Differences seen = inventory.look(List.of(there("old", "a")));

    assertThat(seen.leftovers()).containsExactly(named("old"));
    assertThat(seen.found()).isEmpty();
    assertThat(inventory.look(List.of()).leftovers()).isEmpty();
  }

  @Test
  void tellsWhatOtherNodesHaveDeployedThere() {
    GatewayFunction marked =
        new GatewayFunction(
            "theirs",
            null,
            "b",
            null,
            null,
            null,
            null,
            null,
            Map.of(GatewayFunction.VERSION, "1-ab"),
            null,
            null,
            false,
            1,
            1);

    assertThat(inventory.look(List.of(marked, there("plain", "a"))).strangers())
        .containsExactly(named("theirs"));
    installed(marked, Form.IMAGE);
    assertThat(inventory.look(List.of(marked)).strangers()).isEmpty();
  }

  @Test
  void keepsTheNewerVersionWhenTheOlderGoes() {
    GatewayFunction ours = there("ours", "a");
    inventory.installed(of(ours, Form.IMAGE, 1), "a");
    inventory.installed(of(ours, Form.IMAGE, 2), "b");

    inventory.uninstalled(of(ours, Form.IMAGE, 1));

    assertThat(inventory.look(List.of()).gone())
        .extracting(Inventory.Ours::image)
        .containsExactly("b");
  }

  @Test
  void takesItsOwnMarkForNoDifference() {
    GatewayFunction plain = there("theirs", "b");
    GatewayFunction marked =
        new GatewayFunction(
            "theirs",
            "openfaas-fn",
            "b",
            "",
            Map.of(),
            List.of(),
            List.of(),
            Map.of(),
            Map.of(GatewayFunction.VERSION, "1-ab"),
            null,
            null,
            false,
            0,
            0);

    assertThat(marked.is(of(plain, Form.ADOPTED, 1))).isTrue();
    assertThat(there("theirs", "c").is(of(plain, Form.ADOPTED, 1))).isFalse();
  }
}
