package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.D;
import static edge.starling.verticles.Sample.IDLE;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.LoadMessage.Inflow;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.verticles.Sample;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExcessSplitTest {
  private final SchedulingPolicy policy = ExcessSplit.bySlack();
  private final Surroundings surroundings = Surroundings.of(A, B, C);

  @Test
  void servesHereWhileItsOwnAdmissionHasNotRefused() {
    surroundings.reports(B, 20, 0);

    assertThat(decide(surroundings.call())).isEqualTo(Decision.HERE);
  }

  @Test
  void splitsTheExcessInProportionToTheSlack() {
    surroundings.reports(B, 20, 0);
    surroundings.reports(C, 30, 0);

    assertThat(excess(5)).containsExactly(C, B, C, B, C);
    assertThat(excess(40)).filteredOn(B::equals).hasSize(16);
  }

  @Test
  void doesNotDeductWhatItForwardsItself() {
    surroundings.reports(B, 20, 0, new Inflow(A, 16));
    surroundings.reports(C, 30, 0, new Inflow(A, 24), new Inflow(D, 20));

    assertThat(excess(30)).filteredOn(B::equals).hasSize(20);
  }

  @Test
  void splitsEquallyOverWhoHasSlack() {
    surroundings.reports(B, 5, 0);
    surroundings.reports(C, 30, 0);

    assertThat(excess(ExcessSplit.equally(), 4)).containsExactly(B, C, B, C);

    surroundings.reports(B, 5, 9);

    assertThat(excess(ExcessSplit.equally(), 2)).containsExactly(C, C);
  }

  @Test
  void leavesOutWhoHasSaidThatItHasNoRoomYet() {
    surroundings.reports(B, 20, 0);
    surroundings.reports(C, 30, 0);
    surroundings.hasNoRoom(C, Duration.ofMillis(100));

    assertThat(excess(3)).containsExactly(B, B, B);

    surroundings.clock.advance(Duration.ofMillis(100));

    assertThat(excess(5)).contains(C);
  }

  @Test
  void takesTheNextOneWhenOneRefuses() {
    surroundings.reports(B, 20, 0);
    surroundings.reports(C, 30, 0);
    RoutedCall call = refusedHere();
    call.begin(C);

    assertThat(decide(call)).isEqualTo(new Decision.Forward(List.of(B)));

    call.begin(B);

    assertThat(decide(call)).isEqualTo(Decision.REJECT);
  }

  @Test
  void triesTheLeastLoadedPeerOnceWhereNobodyHasSlack() {
    surroundings.peers.reported(busy(B, 30));
    surroundings.peers.reported(busy(C, 20));
    RoutedCall call = refusedHere();

    assertThat(decide(call)).isEqualTo(new Decision.Forward(List.of(C)));

    call.begin(C);

    assertThat(decide(call)).isEqualTo(Decision.REJECT);
  }

  @Test
  void waitsHereRatherThanAtAPeerWithoutAFreeSlot() {
    surroundings.inProgress.acquire(A);
    surroundings.inProgress.acquire(A);
    surroundings.peers.reported(busy(B, 16));
    surroundings.peers.reported(busy(C, 17));

    assertThat(decide(surroundings.call())).isEqualTo(Decision.HERE);

    surroundings.peers.reported(busy(B, 14));

    assertThat(decide(surroundings.call())).isEqualTo(new Decision.Forward(List.of(B)));
  }

  @Test
  void runsAForwardedCallHereOrNowhere() {
    surroundings.reports(B, 20, 0);
    RoutedCall call = surroundings.call(D);

    assertThat(decide(call)).isEqualTo(Decision.HERE);

    call.begin(A);

    assertThat(decide(call)).isEqualTo(Decision.REJECT);
  }

  private Decision decide(RoutedCall call) {
    return policy.decide(call, surroundings.view);
  }

  private RoutedCall refusedHere() {
    RoutedCall call = surroundings.call();
    call.begin(A);
    return call;
  }

  private List<NodeId> excess(int count) {
    return excess(policy, count);
  }

  private List<NodeId> excess(SchedulingPolicy chosen, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                ((Decision.Forward) chosen.decide(refusedHere(), surroundings.view))
                    .inOrder()
                    .get(0))
        .toList();
  }

  private static LoadReport busy(NodeId node, int running) {
    Occupancy occupancy =
        new Occupancy(
            Math.min(16, running), Math.max(0, running - 16), 16, 64, IDLE.freeMemoryMiB());
    return new LoadReport(node, 1, State.NORMAL, occupancy, Sample.SLOTS, List.of());
  }
}
