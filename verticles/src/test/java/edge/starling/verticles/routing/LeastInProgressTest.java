package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.D;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LeastInProgressTest {
  private final SchedulingPolicy policy = new LeastInProgress();

  @Test
  void spreadsEvenlyOverThisNodeAndItsPeers() {
    Surroundings surroundings = Surroundings.of(A, B, C);
    Map<NodeId, Integer> spread = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      NodeId chosen = chosen(surroundings.call(), surroundings);
      surroundings.inProgress.acquire(chosen);
      spread.merge(chosen, 1, Integer::sum);
    }

    assertThat(spread).isEqualTo(Map.of(A, 10, B, 10, C, 10));
  }

  @Test
  void whoAnswersFasterGetsMore() {
    Surroundings surroundings = Surroundings.of(B, C);
    surroundings.inProgress.acquire(B);
    for (int i = 0; i < 5; i++) {
      NodeId chosen = chosen(surroundings.call(), surroundings);
      surroundings.inProgress.acquire(chosen);

      assertThat(chosen).isEqualTo(C);

      surroundings.inProgress.release(C);
    }
  }

  @Test
  void takesTheNextAfterARefusalAndRejectsAfterTheLast() {
    Surroundings surroundings = Surroundings.of(B, C);
    RoutedCall call = surroundings.call();
    call.begin(chosen(call, surroundings));
    call.begin(chosen(call, surroundings));

    assertThat(call.hasVisited(B) && call.hasVisited(C)).isTrue();
    assertThat(policy.decide(call, surroundings.view)).isEqualTo(Decision.REJECT);
  }

  @Test
  void rejectsAForwardedCallAtTheHopLimitThatCannotRunHere() {
    Surroundings surroundings = Surroundings.of(B, C);

    assertThat(policy.decide(surroundings.call(D), surroundings.view)).isEqualTo(Decision.REJECT);
  }

  private NodeId chosen(RoutedCall call, Surroundings surroundings) {
    Decision decision = policy.decide(call, surroundings.view);
    if (decision.equals(Decision.HERE)) {
      return A;
    }
    List<NodeId> inOrder = ((Decision.Forward) decision).inOrder();
    assertThat(inOrder).hasSize(1);
    return inOrder.get(0);
  }
}
