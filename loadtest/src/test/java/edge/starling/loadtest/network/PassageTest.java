package edge.starling.loadtest.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PassageTest {
  private static final long DELAY = TimeUnit.MILLISECONDS.toNanos(50);

  private final Link link = new Link(new Random(1));
  private final Passage<String> passage = new Passage<>(link);

  @Test
  void aPieceArrivesAtOnceIfNothingHoldsItUp() {
    passage.add("a", 1, 100);

    assertThat(passage.poll(100)).isEqualTo("a");
    assertThat(passage.poll(100)).isNull();
    assertThat(passage.isEmpty()).isTrue();
  }

  @Test
  void aLatePieceHoldsUpThoseBehindIt() {
    link.become(LinkState.delayed(Duration.ofMillis(50)));
    passage.add("late", 1, 0);
    link.become(LinkState.UP);
    passage.add("fast", 1, 1);

    assertThat(passage.poll(DELAY - 1)).isNull();
    assertThat(passage.nanosToNext(DELAY - 1)).isEqualTo(1);
    assertThat(passage.poll(DELAY)).isEqualTo("late");
    assertThat(passage.poll(DELAY)).isEqualTo("fast");
  }

  @Test
  void nothingArrivesWhileTheLinkIsCut() {
    passage.add("a", 1, 0);
    link.become(LinkState.CUT);
    assertThat(passage.poll(1)).isNull();

    link.become(LinkState.UP);
    assertThat(passage.poll(1)).isEqualTo("a");
  }

  @Test
  void hasRoomForSoManyBytes() {
    passage.add("a", Passage.ROOM - 1, 0);
    assertThat(passage.hasRoom()).isTrue();
    passage.add("b", 1, 0);
    assertThat(passage.hasRoom()).isFalse();

    passage.poll(0);
    assertThat(passage.hasRoom()).isTrue();
  }

  @Test
  void knowsThatNothingIsUnderWay() {
    assertThat(passage.nanosToNext(5)).isEqualTo(-1);
  }
}
