package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.D;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RaceAllTest {
  private final SchedulingPolicy policy = new RaceAll();

  @Test
  void runsHereWhenThisNodeProvides() {
    Surroundings surroundings = Surroundings.of(A, B, C);

    assertThat(policy.decide(surroundings.call(), surroundings.view)).isEqualTo(Decision.HERE);
  }

  @Test
  void racesAllProvidersElsewhere() {
    Surroundings surroundings = Surroundings.of(B, C);

    Decision decision = policy.decide(surroundings.call(), surroundings.view);

    assertThat(decision).isInstanceOf(Decision.Race.class);
    assertThat(Set.copyOf(((Decision.Race) decision).nodes())).isEqualTo(Set.of(B, C));
  }

  @Test
  void racesTheOthersWhenThisNodeHasRefused() {
    Surroundings surroundings = Surroundings.of(A, B);
    RoutedCall call = surroundings.call();
    call.begin(A);

    assertThat(policy.decide(call, surroundings.view)).isEqualTo(new Decision.Race(List.of(B)));
  }

  @Test
  void rejectsAForwardedCallAtTheHopLimitThatCannotRunHere() {
    Surroundings surroundings = Surroundings.of(B, C);

    assertThat(policy.decide(surroundings.call(D), surroundings.view)).isEqualTo(Decision.REJECT);
  }
}
