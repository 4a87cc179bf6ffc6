package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.D;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LocalFirstTest {
  private final SchedulingPolicy policy = new LocalFirst();

  @Test
  void staysHereWhileASlotIsFree() {
    Surroundings surroundings = Surroundings.of(A, B);
    surroundings.inProgress.acquire(A);

    assertThat(policy.decide(surroundings.call(), surroundings.view)).isEqualTo(Decision.HERE);
  }

  @Test
  void spillsToThePeerWithTheFewestCallsWhenAllSlotsAreTaken() {
    Surroundings surroundings = Surroundings.of(A, B, C);
    surroundings.inProgress.acquire(A);
    surroundings.inProgress.acquire(A);
    surroundings.inProgress.acquire(B);

    assertThat(policy.decide(surroundings.call(), surroundings.view))
        .isEqualTo(new Decision.Forward(List.of(C)));
  }

  @Test
  void queuesHereWhenThePeersHaveMore() {
    Surroundings surroundings = Surroundings.of(A, B);
    for (int i = 0; i < 3; i++) {
      surroundings.inProgress.acquire(B);
    }
    surroundings.inProgress.acquire(A);
    surroundings.inProgress.acquire(A);

    assertThat(policy.decide(surroundings.call(), surroundings.view)).isEqualTo(Decision.HERE);
  }

  @Test
  void goesToAPeerWhenThisNodeDoesNotProvide() {
    Surroundings surroundings = Surroundings.of(B);

    assertThat(policy.decide(surroundings.call(), surroundings.view))
        .isEqualTo(new Decision.Forward(List.of(B)));
  }

  @Test
  void aForwardedCallAtTheHopLimitStaysHereEvenInTheQueue() {
    Surroundings surroundings = Surroundings.of(A, B);
    for (int i = 0; i < 3; i++) {
      surroundings.inProgress.acquire(A);
    }

    assertThat(policy.decide(surroundings.call(D), surroundings.view)).isEqualTo(Decision.HERE);
  }

  @Test
  void rejectsWhenAllHaveRefused() {
    Surroundings surroundings = Surroundings.of(A, B);
    RoutedCall call = surroundings.call();
    call.begin(A);
    call.begin(B);

    assertThat(policy.decide(call, surroundings.view)).isEqualTo(Decision.REJECT);
  }
}
