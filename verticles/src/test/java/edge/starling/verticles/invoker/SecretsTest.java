package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.LedgerMessage.Kind;
import edge.starling.codecs.messages.LedgerMessage.Line;
import edge.starling.codecs.messages.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SecretsTest {
  private final Secrets secrets = new Secrets();

  private static Line line(String name, byte... value) {
    return new Line(
        Kind.SECRET, name, 1, new NodeId("a", 1), Instant.EPOCH, false, Bytes.wrap(value));
  }

  private static Description function(String... names) {
    OpenFaas said =
        new OpenFaas(null, null, List.of(), List.of(names), Map.of(), null, null, false);
    return new Description(
        FunctionName.parse("hello.team"),
        new FunctionVersion(1, "aa"),
        Form.WASM,
        new Settings(
            RuntimeKind.WASM,
            16,
            Duration.ofSeconds(1),
            Map.of("A", "b"),
            Map.of(),
            null,
            null,
            said),
        new Artefact("fn.wasm", "bb", 1),
        null,
        Instant.EPOCH);
  }

  @Test
  void aFunctionReadsThoseThatItNamesAsTheyAreNow() {
    Supplier<Map<String, String>> env = secrets.environment(function("api-key"));
    assertThat(env.get()).isEqualTo(Map.of("A", "b"));

    secrets.set(
        List.of(
            line("api-key.team", (byte) 'x'),
            line("api-key.other", (byte) 'y'),
            line("more.team", (byte) 'z')));
    assertThat(env.get()).isEqualTo(Map.of("A", "b", "SECRET_API_KEY", "x"));

    secrets.set(List.of(line("api-key.team", (byte) 'w')));
    assertThat(env.get()).containsEntry("SECRET_API_KEY", "w");
  }

  @Test
  void whatNoEnvironmentCanHoldIsEncoded() {
    secrets.set(
        List.of(line("raw.team", (byte) 1, (byte) 2, (byte) 0xff), line("nul.team", (byte) 0)));

    assertThat(secrets.environment(function("raw", "nul")).get())
        .isEqualTo(Map.of("A", "b", "SECRET_RAW_BASE64", "AQL/", "SECRET_NUL_BASE64", "AA=="));
  }
}
