package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long TICK = SECOND / 100;

  private final RateLimit limit = new RateLimit(2);

  @Test
  void forwardedCallsGetWhatOwnOnesLeave() {
    assertThat(own(0)).isTrue();
    assertThat(forwarded(10)).isTrue();
    assertThat(forwarded(20)).isFalse();
    assertThat(own(30)).isFalse();

    assertThat(limit.nanosUntilRoom(false, 40)).isEqualTo(SECOND - 40);
    // two more were wanted since the first: the own one that was refused goes before
    assertThat(limit.nanosUntilRoom(true, 40)).isEqualTo(SECOND - 30);
    assertThat(forwarded(SECOND)).isFalse();
    assertThat(own(SECOND)).isTrue();
  }

  @Test
  void allAreAlikeWhereForwardedOnesDoNotGiveWay() {
    own(0);
    own(0);
    own(10);
    own(10);

    assertThat(limit.nanosUntilRoom(false, 20)).isEqualTo(SECOND - 20);
    assertThat(limit.nanosUntilRoom(true, 20)).isEqualTo(SECOND - 10);
  }

  @Test
  void whatWasRefusedOnlyForForwardedCallsCostsThemNothing() {
    for (int i = 0; i < 100; i++) {
      forwarded(i);
    }

    assertThat(forwarded(SECOND)).isTrue();
    assertThat(forwarded(SECOND + 1)).isTrue();
    assertThat(forwarded(SECOND + 2)).isFalse();
  }

  @Test
  void aChangeOfTheRateForgetsNothing() {
    forwarded(0);
    own(0);

    limit.changeRate(3);

    assertThat(forwarded(1)).isTrue();
    assertThat(forwarded(2)).isFalse();
  }

  @Property(tries = 200)
  void ownCallsHaveTheWholeRateOnceTheyWantIt(
      @ForAll @Size(300) List<@IntRange(max = 3) Integer> forwardedByTick) {
    RateLimit shared = new RateLimit(10);
    int ownInThirdSecond = 0;
    for (int tick = 0; tick < forwardedByTick.size(); tick++) {
      long now = tick * TICK;
      for (int i = 0; i < forwardedByTick.get(tick); i++) {
        boolean isAdmitted = admit(shared, true, now);
        assertThat(isAdmitted && tick >= 100).isFalse();
      }
      if (tick % 5 == 0) {
        shared.ownArrived(now);
        ownInThirdSecond += admit(shared, false, now) && tick >= 200 ? 1 : 0;
      }
    }
    assertThat(ownInThirdSecond).isEqualTo(10);
  }

  private boolean own(long now) {
    limit.ownArrived(now);
    return admit(limit, false, now);
  }

  private boolean forwarded(long now) {
    return admit(limit, true, now);
  }

  private static boolean admit(RateLimit limit, boolean forwarded, long now) {
    boolean hasRoom = limit.nanosUntilRoom(forwarded, now) == 0;
    if (hasRoom) {
      limit.admitted(forwarded, now);
    }
    return hasRoom;
  }
}
