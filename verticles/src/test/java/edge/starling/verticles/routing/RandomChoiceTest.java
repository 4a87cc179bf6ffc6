package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RandomChoiceTest {
  private final SchedulingPolicy policy = new RandomChoice(new Random(7));

  @Test
  void givesEachNodeTheSameChance() {
    Surroundings surroundings = Surroundings.of(A, B, C);
    Map<NodeId, Integer> chosen = new HashMap<>();
    for (int i = 0; i < 3_000; i++) {
      Decision decision = policy.decide(surroundings.call(), surroundings.view);
      chosen.merge(((Decision.Forward) decision).inOrder().get(0), 1, Integer::sum);
    }

    assertThat(chosen).containsOnlyKeys(A, B, C);
    assertThat(chosen.values()).allSatisfy(count -> assertThat(count).isBetween(900, 1_100));
  }

  @Test
  void rejectsWhenNobodyIsLeft() {
    Surroundings surroundings = Surroundings.of(A);
    RoutedCall call = surroundings.call();
    call.begin(A);

    assertThat(policy.decide(call, surroundings.view)).isEqualTo(Decision.REJECT);
  }
}
