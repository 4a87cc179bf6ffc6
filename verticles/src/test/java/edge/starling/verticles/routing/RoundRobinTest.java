package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.D;
import static edge.starling.verticles.Sample.HELLO;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.NodeId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
  private final SchedulingPolicy policy = new RoundRobin();

  @Test
  void takesEachProviderInTurn() {
    Surroundings surroundings = Surroundings.of(C, A, B);

    List<NodeId> chosen =
        IntStream.range(0, 6).mapToObj(i -> chosen(surroundings.call(), surroundings)).toList();

    assertThat(chosen).containsExactly(A, B, C, A, B, C);
  }

  @Test
  void goesOnWhereItWasWhenAProviderIsLost() {
    Surroundings surroundings = Surroundings.of(A, B, C);
    chosen(surroundings.call(), surroundings);
    surroundings.table.remove(B, HELLO);

    assertThat(chosen(surroundings.call(), surroundings)).isEqualTo(C);
    assertThat(chosen(surroundings.call(), surroundings)).isEqualTo(A);
  }

  @Test
  void passesOverWhoHasRefused() {
    Surroundings surroundings = Surroundings.of(A, B, C);
    RoutedCall call = surroundings.call();
    call.begin(A);
    call.begin(B);

    assertThat(chosen(call, surroundings)).isEqualTo(C);

    call.begin(C);

    assertThat(policy.decide(call, surroundings.view)).isEqualTo(Decision.REJECT);
  }

  @Test
  void runsAForwardedCallAtTheHopLimitHere() {
    Surroundings surroundings = Surroundings.of(A, B);

    assertThat(chosen(surroundings.call(D), surroundings)).isEqualTo(A);
    assertThat(chosen(surroundings.call(D), surroundings)).isEqualTo(A);
  }

  private NodeId chosen(RoutedCall call, Surroundings surroundings) {
    return ((Decision.Forward) policy.decide(call, surroundings.view)).inOrder().get(0);
  }
}
