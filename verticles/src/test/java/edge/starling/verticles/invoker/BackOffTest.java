package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackOffTest {
  @Test
  void doublesTheWaitUpToTheLongest() {
    BackOff backOff = new BackOff();

    assertThat(Stream.generate(() -> backOff.failed().toMillis()).limit(9))
        .containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L);
  }

  @Test
  void beginsAnewAfterASuccess() {
    BackOff backOff = new BackOff();
    backOff.failed();
    backOff.failed();
    backOff.succeeded();

    assertThat(backOff.failed()).isEqualTo(BackOff.FIRST);
  }

  @Test
  void isExhaustedAfterItsTries() {
    BackOff backOff = new BackOff();
    for (int i = 1; i < BackOff.TRIES; i++) {
      backOff.failed();
    }
    assertThat(backOff.isExhausted()).isFalse();

    assertThat(backOff.failed()).isEqualTo(BackOff.LONGEST);
    assertThat(backOff.isExhausted()).isTrue();
    assertThat(backOff.failed()).isEqualTo(BackOff.LONGEST);
  }
}
