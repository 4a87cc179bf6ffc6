package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AllowedMethodsTest {
  @Test
  void unitesTheMethodsOfAllPathsThatMatch() {
    AllowedMethods methods = new AllowedMethods();
    methods.add("/functions/{name}", "GET");
    methods.add("/functions/deployments", "POST");
    assertThat(methods.of("/functions/deployments")).isEqualTo("GET, POST");
    assertThat(methods.of("/functions/hello")).isEqualTo("GET");
    assertThat(methods.of("/functions/")).isEmpty();
    assertThat(methods.of("/functions/a/b")).isEmpty();
  }
}
