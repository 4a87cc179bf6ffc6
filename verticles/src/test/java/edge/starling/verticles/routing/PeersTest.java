package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.FULL;
import static edge.starling.verticles.Sample.IDLE;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.Occupancy;
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
    peers.refused(B, FULL);

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
    peers.refused(A, FULL);

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

    peers.refused(A, FULL);

    assertThat(peers.isMember(A)).isFalse();
    assertThat(peers.mayBeChosen(A)).isFalse();
  }

  private static LoadReport report(State state, Occupancy occupancy) {
    return new LoadReport(A, 0, state, occupancy, Sample.SLOTS, List.of());
  }
}
