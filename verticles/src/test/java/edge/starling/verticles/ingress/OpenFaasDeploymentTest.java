package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenFaasDeploymentTest {
  private static OpenFaasDeployment parse(String json) {
    return OpenFaasDeployment.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsLeftOutTakesItsDefault() {
    OpenFaasDeployment given = parse("{\"service\":\"a\",\"image\":\"b\",\"unknown\":[1]}");

    assertThat(given.function()).hasToString("a.openfaas-fn");
    assertThat(given.memoryMiB()).isEqualTo(16);
    assertThat(given.env()).isEmpty();
    assertThat(given.capacity()).isEqualTo("node");
    assertThat(given.policy()).isEqualTo("node");
    assertThat(given.said().limits()).isNull();
    assertThat(given.choices(null).timeout()).isNull();
  }

  @Test
  void annotationsGoBeforeLabels() {
    OpenFaasDeployment given =
        parse(
            "{\"service\":\"a\",\"image\":\"b\",\"namespace\":\"\",\"envVars\":{\"k\":\"v\"},"
                + "\"labels\":{\"com.starling.capacity\":\"slots:3\",\"com.starling.policy\":\"x\"},"
                + "\"annotations\":{\"com.starling.policy\":\"round-robin\"}}");

    assertThat(given.capacity()).isEqualTo("slots:3");
    assertThat(given.policy()).isEqualTo("round-robin");
    assertThat(given.env()).isEqualTo(Map.of("k", "v"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{} {}",
        "{\"image\":\"b\"}",
        "{\"service\":\"a\"}",
        "{\"service\":\"a\",\"image\":1}",
        "{\"service\":\"A\",\"image\":\"b\"}",
        "{\"service\":\"a\",\"image\":\"b\",\"secrets\":\"s\"}",
        "{\"service\":\"a\",\"image\":\"b\",\"labels\":{\"a\":1}}",
        "{\"service\":\"a\",\"image\":\"b\",\"readOnlyRootFilesystem\":\"yes\"}",
        "{\"service\":\"a\",\"image\":\"b\",\"limits\":{\"memory\":\"5Gi\"}}"
      })
  void whatIsMalformedIsRefused(String json) {
    assertThatThrownBy(() -> parse(json)).isInstanceOf(Unacceptable.class);
  }

  @ParameterizedTest
  @CsvSource({"64Mi,64", "1,1", "67108864,64", "1Gi,1024", "0.5Gi,512", "128M,123", "4096Mi,4096"})
  void amountsAreRoundedUpToMebibytes(String text, int mebibytes) {
    assertThat(MemoryQuantity.mebibytes("limits.memory", text)).isEqualTo(mebibytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1Mi", "64mb", "4097Mi", "1e3", "64 Mi"})
  void otherAmountsAreRefused(String text) {
    assertThatThrownBy(() -> MemoryQuantity.mebibytes("limits.memory", text))
        .hasMessageContaining("limits.memory");
  }

  @Test
  void anImageIsAHandlerOrAFunctionOrNoneOfOurs() {
    String hash = "0123456789abcdef".repeat(4);
    assertThat(ImageName.parse("wasm:sha256:" + hash)).isEqualTo(new ImageName(hash, null, true));
    assertThat(ImageName.parse("process:sha256:" + hash).isWasm()).isFalse();
    assertThat(ImageName.parse("wasm:hello.team").function()).hasToString("hello.team");
    assertThat(ImageName.parse("hello").isWasm()).isNull();
    assertThat(ImageName.parse("127.0.0.1:5000/noop:latest")).isNull();
    assertThat(ImageName.parse("alpine:3.19")).isNull();
    assertThat(ImageName.parse("wasm:sha256:123")).isNull();
    assertThat(ImageName.parse("ghcr.io/openfaas/figlet")).isNull();
  }
}
