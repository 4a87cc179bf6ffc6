package edge.starling.verticles.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.config.InvalidConfig;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PoliciesTest {
  private final Policies policies = Policies.find();

  @Test
  void hasThePoliciesOfStarling() {
    assertThat(policies.names())
        .contains("local-first", "least-in-progress", "round-robin", "race-all");
    assertThat(
            policies
                .named("routing.policy", "local-first")
                .create(new PolicyContext(() -> 0, RandomGenerator.getDefault())))
        .isInstanceOf(LocalFirst.class);
  }

  @Test
  void findsThoseOnTheClassPath() {
    assertThat(policies.named("routing.policy", "asks-first"))
        .isInstanceOf(TestPolicies.AsksFirst.class);
  }

  @Test
  void refusesAnUnknownNameAndSaysWhichThereAre() {
    assertThatThrownBy(() -> policies.named("routing.policy", "fastest"))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("routing.policy")
        .hasMessageContaining("fastest")
        .hasMessageContaining("least-in-progress, local-first, race-all, round-robin");
  }
}
