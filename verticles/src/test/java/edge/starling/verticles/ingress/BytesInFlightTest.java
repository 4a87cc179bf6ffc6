package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BytesInFlightTest {
  @Test
  void holdsUpToTheLimit() {
    BytesInFlight bytes = new BytesInFlight(10);
    assertThat(bytes.tryHold(6)).isTrue();
    assertThat(bytes.tryHold(5)).isFalse();
    assertThat(bytes.held()).isEqualTo(6);
    assertThat(bytes.tryHold(4)).isTrue();
    bytes.release(10);
    assertThat(bytes.held()).isZero();
  }

  @Test
  void answersAreCountedAlthoughTheyGoBeyondIt() {
    BytesInFlight bytes = new BytesInFlight(10);
    bytes.hold(20);
    assertThat(bytes.tryHold(1)).isFalse();
  }

  @Test
  void zeroMeansAQuarterOfTheHeap() {
    assertThat(new BytesInFlight(0).limit()).isEqualTo(Runtime.getRuntime().maxMemory() / 4);
  }
}
