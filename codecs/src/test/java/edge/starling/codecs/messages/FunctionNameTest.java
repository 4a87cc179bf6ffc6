package edge.starling.codecs.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionNameTest {

  @Test
  void readsANameWithAndWithoutItsNamespace() {
    assertThat(FunctionName.parse("echo")).isEqualTo(new FunctionName("echo", "openfaas-fn"));
    assertThat(FunctionName.parse("echo.lab")).isEqualTo(new FunctionName("echo", "lab"));
    assertThat(FunctionName.parse("echo.openfaas-fn")).isEqualTo(FunctionName.parse("echo"));
  }

  @Test
  void showsTheNamespaceOnlyWhereItMatters() {
    assertThat(FunctionName.parse("echo").shortest()).isEqualTo("echo");
    assertThat(FunctionName.parse("echo.lab").shortest()).isEqualTo("echo.lab");
    assertThat(FunctionName.parse("echo")).hasToString("echo.openfaas-fn");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "0", "a-b", "a--b", "fn-1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"})
  void acceptsDnsLabels(String name) {
    assertThat(FunctionName.parse(name).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-a", "a-", "A", "a_b", "a/b", "../x", "a b", "ä", "a\n", "a.", ".a", "a.b.c", "a.B"
      })
  void refusesEverythingElseWithTheRule(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FunctionName.parse(name))
        .withMessageContaining(FunctionName.LABEL_RULE);
  }

  @Test
  void takesSixtyThreeCharactersAndNoMore() {
    assertThat(FunctionName.parse("a".repeat(63)).name()).hasSize(63);
    assertThatIllegalArgumentException().isThrownBy(() -> FunctionName.parse("a".repeat(64)));
  }

  @Test
  void reservesThePathOfDeployments() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FunctionName.parse("deployments"))
        .withMessageContaining("reserved");
    assertThatIllegalArgumentException().isThrownBy(() -> FunctionName.parse("deployments.lab"));
    assertThat(FunctionName.parse("lab.deployments").namespace()).isEqualTo("deployments");
  }
}
