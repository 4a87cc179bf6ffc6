package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.D;
import static edge.starling.verticles.Sample.HELLO;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitTest {

  @Test
  void roundRobinTakesEachProviderInTurn() {
    assertThat(chosen("round-robin", 6, Surroundings.of(C, A, B)))
        .containsExactly(A, B, C, A, B, C);
  }

  @Test
  void roundRobinGoesOnWhenAProviderIsLost() {
    Surroundings surroundings = Surroundings.of(A, B, C);
    SchedulingPolicy policy = policy("round-robin");
    assertThat(chosen(policy, surroundings.call(), surroundings)).isEqualTo(A);
    surroundings.table.remove(B, HELLO);

    assertThat(chosen(policy, surroundings.call(), surroundings)).isEqualTo(C);
    assertThat(chosen(policy, surroundings.call(), surroundings)).isEqualTo(A);
  }

  @Test
  void staticKeepsItsShareHereAndSplitsTheRest() {
    List<NodeId> chosen = chosen("static", 100, Surroundings.of(A, B, C));

    assertThat(chosen).filteredOn(A::equals).hasSize(60);
    assertThat(chosen).filteredOn(B::equals).hasSize(20);
    assertThat(chosen).filteredOn(C::equals).hasSize(20);
    assertThat(chosen("static:here=0.8", 10, Surroundings.of(A, B)))
        .filteredOn(A::equals)
        .hasSize(8);
  }

  @Test
  void staticSplitsEverythingWhereThisNodeDoesNotProvide() {
    assertThat(chosen("static", 4, Surroundings.of(B, C))).containsExactly(B, C, B, C);
    assertThat(chosen("static", 2, Surroundings.of(A))).containsExactly(A, A);
  }

  @Test
  void allLocalNeverForwards() {
    Surroundings surroundings = Surroundings.of(A, B);
    RoutedCall refused = surroundings.call();
    refused.begin(A);

    assertThat(chosen("all-local", 3, surroundings)).containsExactly(A, A, A);
    assertThat(policy("all-local").decide(refused, surroundings.view)).isEqualTo(Decision.REJECT);
    Surroundings elsewhere = Surroundings.of(B);
    assertThat(policy("all-local").decide(elsewhere.call(), elsewhere.view))
        .isEqualTo(Decision.REJECT);
  }

  @Test
  void latencyThresholdSplitsOverWhoIsNear() {
    Surroundings surroundings = Surroundings.of(A, B, C, D);
    surroundings.peers.answered(B, Duration.ofMillis(4).toNanos());
    surroundings.peers.answered(C, Duration.ofMillis(6).toNanos());

    assertThat(chosen("latency-threshold:within=5ms", 4, surroundings)).containsExactly(A, B, A, B);
    assertThat(chosen("latency-threshold", 3, surroundings)).containsExactly(A, B, C);
  }

  @Test
  void latencyThresholdTakesTheNearestWhereNobodyIsNear() {
    Surroundings surroundings = Surroundings.of(B, C);
    surroundings.peers.answered(B, Duration.ofMillis(40).toNanos());
    surroundings.peers.answered(C, Duration.ofMillis(30).toNanos());

    assertThat(chosen("latency-threshold:within=5ms", 2, surroundings)).containsExactly(C, C);
  }

  @Test
  void passesOverWhoHasRefused() {
    Surroundings surroundings = Surroundings.of(A, B, C);
    RoutedCall call = surroundings.call();
    call.begin(A);
    call.begin(B);
    SchedulingPolicy policy = policy("round-robin");

    assertThat(chosen(policy, call, surroundings)).isEqualTo(C);

    call.begin(C);

    assertThat(policy.decide(call, surroundings.view)).isEqualTo(Decision.REJECT);
  }

  @Test
  void aForwardedCallAtTheHopLimitRunsHereAndTakesNoTurn() {
    Surroundings surroundings = Surroundings.of(A, B);
    SchedulingPolicy policy = policy("round-robin");

    assertThat(chosen(policy, surroundings.call(), surroundings)).isEqualTo(A);
    assertThat(chosen(policy, surroundings.call(D), surroundings)).isEqualTo(A);
    assertThat(chosen(policy, surroundings.call(), surroundings)).isEqualTo(B);
  }

  private static SchedulingPolicy policy(String text) {
    return Policies.find().create("routing.policy", text, () -> 0, RandomGenerator.getDefault());
  }

  private static List<NodeId> chosen(String text, int count, Surroundings surroundings) {
    SchedulingPolicy policy = policy(text);
    return IntStream.range(0, count)
        .mapToObj(i -> chosen(policy, surroundings.call(), surroundings))
        .toList();
  }

  private static NodeId chosen(
      SchedulingPolicy policy, RoutedCall call, Surroundings surroundings) {
    return ((Decision.Forward) policy.decide(call, surroundings.view)).inOrder().get(0);
  }
}
