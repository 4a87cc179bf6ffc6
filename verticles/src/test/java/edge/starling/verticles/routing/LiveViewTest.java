package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.D;
import static edge.starling.verticles.Sample.FULL;
import static edge.starling.verticles.Sample.HELLO;
import static edge.starling.verticles.Sample.IDLE;
import static edge.starling.verticles.Sample.version;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.verticles.Sample;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveViewTest {
  private final Surroundings surroundings = Surroundings.of(A, B, C);
  private final LiveView view = surroundings.view;

  @Test
  void theProvidersAreTheCandidates() {
    RoutedCall call = surroundings.call();

    assertThat(view.candidates(call)).containsExactlyInAnyOrder(A, B, C);
    assertThat(view.isCandidate(C, call)).isTrue();
    assertThat(view.isCandidate(D, call)).isFalse();
  }

  @Test
  void thereAreNoCandidatesForAFunctionThatNobodyProvides() {
    surroundings.table.deleted(HELLO, version(1));

    assertThat(view.candidates(surroundings.call())).isEmpty();
    assertThat(view.leastInProgress(surroundings.call())).isEmpty();
  }

  @Test
  void whoHasHadTheCallDoesNotGetItAgain() {
    RoutedCall call = surroundings.call();
    call.begin(B);

    assertThat(view.candidates(call)).containsExactlyInAnyOrder(A, C);
    assertThat(view.candidates(surroundings.call(C))).doesNotContain(C);
  }

  @Test
  void whoIsSuspectOrLeavingDoesNotGetIt() {
    surroundings.clock.advance(Duration.ofSeconds(3));
    surroundings.peers.reported(
        new LoadReport(B, 0, State.DRAINING, IDLE, Sample.SLOTS, List.of()));
    surroundings.peers.reported(
        new LoadReport(C, 0, State.OVERLOADED, FULL, Sample.SLOTS, List.of()));

    assertThat(view.candidates(surroundings.call())).containsExactlyInAnyOrder(A, C);
    assertThat(view.occupancy(C)).isEqualTo(FULL);
  }

  @Test
  void atTheHopLimitOnlyThisNodeMayGetIt() {
    assertThat(view.candidates(surroundings.call(D))).containsExactly(A);
  }

  @Test
  void nothingRunsHereWhileTheNodeIsLeaving() {
    view.setRunsNothing(true);

    assertThat(view.candidates(surroundings.call())).containsExactlyInAnyOrder(B, C);
    assertThat(view.candidates(surroundings.call(D))).isEmpty();
  }

  @Test
  void countsTheSlotsHere() {
    surroundings.inProgress.acquire(A);
    assertThat(view.hasFreeSlotHere()).isTrue();

    surroundings.inProgress.acquire(A);
    assertThat(view.hasFreeSlotHere()).isFalse();
    assertThat(view.inProgress(A)).isEqualTo(2);
    assertThat(view.leastInProgress(surroundings.call())).contains(B);
  }
}
