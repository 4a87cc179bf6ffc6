package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlidingWindowTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long START = Long.MAX_VALUE - SECOND / 2; // such a clock may run over

  @Test
  void admitsTheRateAtOnceAndTheNextWhenTheFirstIsASecondOld() {
    SlidingWindow window = new SlidingWindow(3);

    assertThat(window.admit(START)).isTrue();
    assertThat(window.admit(START + 10)).isTrue();
    assertThat(window.admit(START + 20)).isTrue();
    assertThat(window.admit(START + 30)).isFalse();
    assertThat(window.nanosUntilRoom(START + 30)).isEqualTo(SECOND - 30);
    assertThat(window.admit(START + SECOND - 1)).isFalse();
    assertThat(window.admit(START + SECOND)).isTrue();
    assertThat(window.nanosUntilRoom(START + SECOND)).isEqualTo(10);
  }

  @Test
  void keepsToRatesThatAreNotWhole() {
    SlidingWindow slow = new SlidingWindow(0.5);
    SlidingWindow odd = new SlidingWindow(2.5);

    assertThat(slow.admit(START)).isTrue();
    assertThat(slow.nanosUntilRoom(START)).isEqualTo(2 * SECOND);
    for (int i = 0; i < 3; i++) {
      assertThat(odd.admit(START)).isTrue();
    }
    assertThat(odd.nanosUntilRoom(START)).isEqualTo(SECOND * 6 / 5);
  }

  @Test
  void countsWhatWasOnlyRecorded() {
    SlidingWindow window = new SlidingWindow(2);
    for (int i = 0; i < 1000; i++) {
      window.record(START + i);
    }

    assertThat(window.nanosUntilRoom(START + 1000)).isEqualTo(SECOND - 2);
  }

  @Test
  void aChangeOfTheRateForgetsNothing() {
    SlidingWindow window = new SlidingWindow(20);
    for (int i = 0; i < 20; i++) {
      assertThat(window.admit(START)).isTrue();
    }

    window.changeRate(0.1);
    assertThat(window.nanosUntilRoom(START + 1)).isEqualTo(10 * SECOND - 1);
    window.changeRate(1);
    assertThat(window.nanosUntilRoom(START + 1)).isEqualTo(SECOND - 1);
    window.changeRate(20);
    assertThat(window.admit(START + 1)).isFalse();
    window.changeRate(21);
    assertThat(window.admit(START + 1)).isTrue();
    assertThat(window.admit(START + 1)).isFalse();
  }
}
