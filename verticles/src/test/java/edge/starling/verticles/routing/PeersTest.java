package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.D;
import static edge.starling.verticles.Sample.FULL;
import static edge.starling.verticles.Sample.HELLO;
import static edge.starling.verticles.Sample.IDLE;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Capacity.Kind;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.LoadMessage.FunctionLoad;
import edge.starling.codecs.messages.LoadMessage.Inflow;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.verticles.Sample;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeersTest {
  private final HandClock clock = new HandClock();
  private final Peers peers = new Peers(Duration.ofSeconds(2), clock);

  @Test
  void choosesOnlyMembers() {
    peers.joined(A);

    assertThat(peers.mayBeChosen(A)).isTrue();
    assertThat(peers.mayBeChosen(B)).isFalse();
  }

  @Test
  void suspectsWhoHasBeenSilentForTooLong() {
    peers.joined(A);
    clock.advance(Duration.ofSeconds(2));

    assertThat(peers.mayBeChosen(A)).isTrue();

    clock.advance(Duration.ofNanos(1));

    assertThat(peers.mayBeChosen(A)).isFalse();
    assertThat(peers.isMember(A)).isTrue();
  }

  @Test
  void anySignOfLifeEndsTheSuspicion() {
    peers.joined(A);
    peers.joined(B);
    clock.advance(Duration.ofSeconds(3));

    peers.reported(report(State.OVERLOADED, FULL));
    peers.refused(HELLO, refusal(B, Reason.QUEUE_FULL));

    assertThat(peers.mayBeChosen(A)).isTrue();
    assertThat(peers.mayBeChosen(B)).isTrue();
  }

  @Test
  void joiningTwiceIsNoSignOfLife() {
    peers.joined(A);
    clock.advance(Duration.ofSeconds(3));

    peers.joined(A);

    assertThat(peers.mayBeChosen(A)).isFalse();
  }

  @Test
  void doesNotChooseWhoIsLeaving() {
    peers.joined(A);
    peers.reported(report(State.DRAINING, IDLE));

    assertThat(peers.mayBeChosen(A)).isFalse();
  }

  @Test
  void aRefusalTellsTheLoadUntilTheNextReport() {
    peers.joined(A);
    peers.reported(report(State.NORMAL, IDLE));
    peers.refused(HELLO, refusal(A, Reason.QUEUE_FULL));

    assertThat(peers.occupancy(A)).isEqualTo(FULL);

    peers.reported(report(State.NORMAL, IDLE));

    assertThat(peers.occupancy(A)).isEqualTo(IDLE);
  }

  @Test
  void assumesTheLoadOfWhoHasNotTold() {
    peers.joined(A);

    assertThat(peers.occupancy(A)).isEqualTo(Occupancy.UNKNOWN);
    assertThat(peers.occupancy(B)).isEqualTo(Occupancy.UNKNOWN);
    assertThat(peers.reports()).isEmpty();
  }

  @Test
  void handsOutTheReports() {
    peers.joined(B);
    peers.reported(report(State.NORMAL, IDLE));

    assertThat(peers.reports()).containsExactly(report(State.NORMAL, IDLE));
  }

  @Test
  void aLateRefusalDoesNotBringALostNodeBack() {
    peers.joined(A);
    peers.lost(A);

    peers.refused(HELLO, refusal(A, Reason.QUEUE_FULL));

    assertThat(peers.isMember(A)).isFalse();
    assertThat(peers.mayBeChosen(A)).isFalse();
  }

  @Test
  void whoHasForetoldItsRoomHasNoneUntilThen() {
    peers.joined(A);
    peers.joined(B);
    peers.refused(HELLO, refusal(A, Reason.OVER_RATE));
    peers.refused(HELLO, refusal(B, Reason.QUEUE_FULL));

    assertThat(peers.hasNoRoomYet(A, HELLO)).isTrue();
    assertThat(peers.hasNoRoomYet(A, FunctionName.parse("other"))).isFalse();
    assertThat(peers.hasNoRoomYet(B, HELLO)).isFalse();
    clock.advance(Duration.ofMillis(300));
    assertThat(peers.soonestRoom(HELLO, List.of(A, B)))
        .contains(new Refused(Reason.OVER_RATE, A, FULL, Duration.ofMillis(200)));

    clock.advance(Duration.ofMillis(200));
    assertThat(peers.hasNoRoomYet(A, HELLO)).isFalse();
    assertThat(peers.soonestRoom(HELLO, List.of(A, B))).isEmpty();
  }

  @Test
  void slackIsWhatTheOthersLeave() {
    Capacity capacity = new Capacity(Kind.RATE, 30);
    FunctionLoad load =
        new FunctionLoad(
            HELLO, capacity, 5, List.of(new Inflow(B, 7), new Inflow(C, 8)), false, 0, 0, null);
    peers.reported(new LoadReport(A, 0, State.NORMAL, IDLE, capacity, List.of(load)));

    assertThat(peers.slack(A, B, HELLO, null)).isEqualTo(30 - 5 - 8);
    assertThat(peers.slack(A, C, HELLO, null)).isEqualTo(30 - 5 - 7);
    assertThat(peers.slack(A, D, HELLO, null)).isEqualTo(30 - 5 - 7 - 8);
  }

  @Test
  void aFunctionThatIsNotReportedIsIdle() {
    peers.reported(
        new LoadReport(A, 0, State.NORMAL, IDLE, new Capacity(Kind.RATE, 12), List.of()));

    assertThat(peers.slack(A, B, HELLO, null)).isEqualTo(12);
    assertThat(peers.slack(A, B, HELLO, new Capacity(Kind.RATE, 3))).isEqualTo(3);
    assertThat(peers.slack(A, B, HELLO, new Capacity(Kind.SLOTS, 4))).isEqualTo(4);
    assertThat(peers.slack(A, B, HELLO, new Capacity(Kind.CPU, 0.5))).isEqualTo(16);
    assertThat(peers.slack(C, B, HELLO, null)).isZero();
  }

  @Test
  void whoIsOverloadedHasNoSlack() {
    FunctionLoad load = new FunctionLoad(HELLO, Sample.SLOTS, 0, List.of(), true, 1, 0, null);
    peers.reported(new LoadReport(A, 0, State.NORMAL, IDLE, Sample.SLOTS, List.of(load)));

    assertThat(peers.slack(A, B, HELLO, null)).isZero();
  }

  @Test
  void smoothsTheRoundTrip() {
    peers.joined(A);
    assertThat(peers.roundTrip(A)).isGreaterThan(Duration.ofDays(365));

    peers.answered(A, 800);
    assertThat(peers.roundTrip(A)).isEqualTo(Duration.ofNanos(800));

    peers.answered(A, 1_600);
    assertThat(peers.roundTrip(A)).isEqualTo(Duration.ofNanos(900));
  }

  private static Refused refusal(NodeId by, Reason reason) {
    return new Refused(reason, by, FULL, Duration.ofMillis(500));
  }

  private static LoadReport report(State state, Occupancy occupancy) {
    return new LoadReport(A, 0, state, occupancy, Sample.SLOTS, List.of());
  }
}
