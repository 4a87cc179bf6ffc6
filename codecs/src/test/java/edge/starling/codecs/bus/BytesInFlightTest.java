package edge.starling.codecs.bus;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.bus.BytesInFlight.Share;
import org.junit.jupiter.api.Test;

class BytesInFlightTest {
  private final BytesInFlight bytes = new BytesInFlight(10);

  @Test
  void allHoldersTogetherStayWithinTheLimit() {
    Share one = bytes.open();
    Share other = bytes.open();
    assertThat(one.tryAdd(6)).isTrue();
    assertThat(other.tryAdd(5)).isFalse();
    assertThat(bytes.held()).isEqualTo(6);
    assertThat(other.tryAdd(4)).isTrue();
    one.release();
    assertThat(bytes.held()).isEqualTo(4);
  }

  @Test
  void answersAreCountedAlthoughTheyGoBeyondIt() {
    Share answer = bytes.open();
    answer.add(20);
    assertThat(bytes.open().tryAdd(1)).isFalse();
    answer.release();
    assertThat(bytes.held()).isZero();
  }

  @Test
  void aShareIsGivenBackOnceAndForEver() {
    Share share = bytes.open();
    share.add(3);
    share.release();
    share.release();
    assertThat(share.tryAdd(1)).isFalse();
    share.add(1);
    assertThat(bytes.held()).isZero();
  }

  @Test
  void zeroMeansAQuarterOfTheHeap() {
    assertThat(new BytesInFlight(0).limit()).isEqualTo(Runtime.getRuntime().maxMemory() / 4);
  }
}
