package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FullnessNewsTest {
  private static final long TICK = Deadlines.TICK_NANOS;
  private final List<Boolean> told = new ArrayList<>();
  private final FullnessNews news = new FullnessNews(0, told::add);

  @Test
  void tellsAChangeAtOnceAndNoChangeNever() {
    assertThat(news.update(false, 1)).isFalse();
    assertThat(news.update(true, 2)).isFalse();
    assertThat(news.update(true, 3)).isFalse();

    assertThat(told).containsExactly(true);
  }

  @Test
  void holdsBackWhatFollowsWithinATick() {
    news.update(true, 2);

    assertThat(news.update(false, 3)).isTrue();
    assertThat(news.update(true, 4)).isFalse();
    assertThat(news.update(false, 5)).isTrue();
    assertThat(told).containsExactly(true);

    assertThat(news.update(false, 2 + TICK)).isFalse();
    assertThat(told).containsExactly(true, false);
  }
}
