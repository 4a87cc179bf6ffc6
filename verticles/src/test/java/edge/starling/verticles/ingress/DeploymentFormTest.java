package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.codecs.messages.DeploymentMessage.Choices;
import edge.starling.codecs.messages.DeploymentMessage.Deploy;
import edge.starling.codecs.messages.DeploymentMessage.Mode;
import edge.starling.codecs.messages.DeploymentMessage.Upload;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.verticles.ingress.DeploymentForm.Field;
import edge.starling.verticles.ingress.DeploymentForm.FilePart;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentFormTest {
  private static final FilePart HANDLER = new FilePart("handler", "a.py", "/up/1", 10);

  private static Deploy read(Field... fields) {
    return new DeploymentForm(List.of(fields), List.of(HANDLER)).read(Mode.CREATE, null, 10);
  }

  @Test
  void readsEveryField() {
    FilePart requirements = new FilePart("requirements", "C:\\dir/r.txt", "/up/2", 1);
    Deploy deploy =
        new DeploymentForm(
                List.of(
                    new Field("name", "hello.edge"),
                    new Field("runtime", "process"),
                    new Field("memory_mb", "32"),
                    new Field("timeout_ms", "1500"),
                    new Field("env", "{\"A\":\"1\"}"),
                    new Field("env", "B=x=y"),
                    new Field("labels", "team=demo"),
                    new Field("capacity", "rate:10"),
                    new Field("policy", "static:here=0.6")),
                List.of(HANDLER, requirements))
            .read(Mode.CREATE, null, 10);
    assertThat(deploy.mode()).isEqualTo(Mode.CREATE);
    assertThat(deploy.name()).isEqualTo(FunctionName.parse("hello.edge"));
    assertThat(deploy.handler()).isEqualTo(new Upload("a.py", "/up/1"));
    assertThat(deploy.requirements()).isEqualTo(new Upload("r.txt", "/up/2"));
    assertThat(deploy.choices().runtime()).isEqualTo(RuntimeKind.PROCESS);
    assertThat(deploy.choices().memoryMiB()).isEqualTo(32);
    assertThat(deploy.choices().timeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(deploy.choices().env()).isEqualTo(Map.of("A", "1", "B", "x=y"));
    assertThat(deploy.choices().labels()).isEqualTo(Map.of("team", "demo"));
    assertThat(deploy.choices().capacity()).isEqualTo("rate:10");
    assertThat(deploy.choices().policy()).isEqualTo("static:here=0.6");
  }

  @Test
  void capacityAndPolicyMayBeThoseOfTheNode() {
    Deploy deploy = read(new Field("capacity", "node"), new Field("policy", "node"));
    assertThat(deploy.choices().capacity()).isEqualTo(Choices.AS_THE_NODE);
    assertThat(deploy.choices().policy()).isEqualTo(Choices.AS_THE_NODE);
  }

  @Test
  void whatIsNotNamedIsLeftOpen() {
    Deploy deploy = read();
    assertThat(deploy.name()).isNull();
    assertThat(deploy.requirements()).isNull();
    assertThat(deploy.choices().env()).isNull();
    assertThat(deploy.choices().runtime()).isNull();
  }

  @Test
  void anEmptyFieldMeansNoPairs() {
    assertThat(read(new Field("env", "")).choices().env()).isEmpty();
  }

  @Test
  void aPutNeedsNoHandler() {
    FunctionName name = FunctionName.parse("hello");
    Deploy deploy = new DeploymentForm(List.of(), List.of()).read(Mode.PUT, name, 10);
    assertThat(deploy.name()).isEqualTo(name);
    assertThat(deploy.handler()).isNull();
  }

  @Test
  void aCreationNeedsAHandler() {
    assertThatThrownBy(() -> new DeploymentForm(List.of(), List.of()).read(Mode.CREATE, null, 10))
        .hasMessageContaining("handler");
  }

  @Test
  void aFileOverTheLimitIs413() {
    assertThatThrownBy(
            () -> new DeploymentForm(List.of(), List.of(HANDLER)).read(Mode.CREATE, null, 9))
        .isInstanceOfSatisfying(
            Unacceptable.class, e -> assertThat(e.problem().status()).isEqualTo(413));
  }

  @Test
  void theNameOfThePathAndOfTheFormMustAgree() {
    assertThatThrownBy(
            () ->
                new DeploymentForm(List.of(new Field("name", "b")), List.of(HANDLER))
                    .read(Mode.PUT, FunctionName.parse("a"), 10))
        .hasMessageContaining("name");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour | red | \"colour\" is unknown; allowed are handler",
        "name | NO | name:",
        "name | deployments | name:",
        "runtime | java | runtime must be wasm, process or openfaas",
        "memory_mb | 0 | memory_mb must be a whole number from 1 to 4096",
        "memory_mb | 4097 | memory_mb must be a whole number from 1 to 4096",
        "memory_mb | 1.5 | memory_mb",
        "timeout_ms | 3600001 | timeout_ms must be a whole number from 1 to 3600000",
        "env | [1] | env must be a JSON object of strings",
        "env | {\"a\":1} | env must be a JSON object of strings",
        "env | {\"a\" | env must be a JSON object of strings",
        "env | novalue | env must be a JSON object of strings",
        "env | 1A=b | env has a key",
        "labels | a b=c | labels has a key",
        "capacity | rate:0 | capacity must be slots:N with N a whole number from 1 to 10000, or rate:N",
        "capacity | slots:1.5 | capacity must be slots:N",
        "capacity | 10 | or node for the node's own, not \"10\"",
        "policy | two words | policy must be the name of a scheduling policy, or node",
        "handler | text | \"handler\" must be a file"
      })
  void refusesWhatIsMalformedAndSaysWhere(String name, String value, String message) {
    assertThatThrownBy(() -> read(new Field(name, value)))
        .isInstanceOf(Unacceptable.class)
        .hasMessageContaining(message);
  }

  @Test
  void secretsDoNotReachTheMessage() {
    assertThatThrownBy(() -> read(new Field("env", "{\"KEY\": s3cret}")))
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void aFieldStandsOnce() {
    assertThatThrownBy(() -> read(new Field("name", "a"), new Field("name", "b")))
        .hasMessageContaining("once");
  }
}
