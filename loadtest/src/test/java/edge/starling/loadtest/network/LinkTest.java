package edge.starling.loadtest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LinkTest {
  private final Link link = new Link(new Random(1));

  @Test
  void aSoundLinkTakesNoTime() {
    assertThat(link.isCut()).isFalse();
    assertThat(link.latencyNanos()).isZero();
  }

  @Test
  void aSlowLinkTakesItsDelay() {
    link.become(LinkState.delayed(Duration.ofMillis(70)));

    assertThat(link.latencyNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(70));
  }

  @Test
  void whatGetsLostCostsRetransmissions() {
    link.become(LinkState.lossy(0.5));

    assertThat(LongStream.range(0, 1_000).map(i -> link.latencyNanos()).distinct())
        .containsExactlyInAnyOrder(0L, 200_000_000L, 600_000_000L, 1_400_000_000L, 3_000_000_000L);
  }

  @Test
  void theSameSeedLosesTheSame() {
    Link one = new Links(7).between("n1", "n2");
    Link same = new Links(7).between("n2", "n1");
    one.become(LinkState.lossy(0.3));
    same.become(LinkState.lossy(0.3));

    for (int i = 0; i < 100; i++) {
      assertThat(one.latencyNanos()).isEqualTo(same.latencyNanos());
    }
  }

  @Test
  void bothDirectionsOfAPairAreOneLink() {
    Links links = new Links(1);

    assertThat(links.between("n1", "n2")).isSameAs(links.between("n2", "n1"));
    assertThat(links.between("n1", "n2")).isNotSameAs(links.between("n1", "n3"));
  }

  @Test
  void tellsThoseWhoWatch() {
    var told = new AtomicInteger();
    Runnable watcher = told::incrementAndGet;
    link.watch(watcher);
    link.become(LinkState.CUT);
    link.forget(watcher);
    link.become(LinkState.UP);

    assertThat(told).hasValue(1);
  }

  @Test
  void aChanceIsFromNoneToOne() {
    assertThatThrownBy(() -> LinkState.lossy(1.1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LinkState.delayed(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
