package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {
  private final Deadlines deadlines = new Deadlines();
  private final List<Entry> expired = new ArrayList<>();

  private final class Entry extends Deadlines.Timed {
    Entry(long deadlineNanos) {
      super(deadlineNanos);
    }

    @Override
    void expired() {
      expired.add(this);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 12_345_678_901L, -1_000_000_000_000L, Long.MAX_VALUE / 2})
  void tellsEachOnceWithinATickOfItsTime(long start) {
    Random random = new Random(start);
    List<Entry> present = new ArrayList<>();
    long now = start;
    for (int step = 0; step < 20_000; step++) {
      now += random.nextInt(2 * (int) Deadlines.TICK_NANOS);
      if (random.nextInt(100) == 0) {
        now += 20_000_000_000L; // nobody looked for a while
      }
      Entry added = new Entry(now + random.nextLong(0, 10_000_000_000L));
      deadlines.add(added, now);
      present.add(added);
      if (random.nextBoolean()) {
        deadlines.remove(present.remove(random.nextInt(present.size())));
      }
      if (random.nextBoolean()) {
        deadlines.advance(now);
        long looked = now;
        List<Entry> told = List.copyOf(expired);
        expired.clear();
        assertThat(told).doesNotHaveDuplicates().allMatch(e -> e.deadlineNanos() <= looked);
        assertThat(present).containsAll(told);
        present.removeAll(told);
        assertThat(present).allMatch(e -> e.deadlineNanos() > looked - 2 * Deadlines.TICK_NANOS);
      }
    }
    present.forEach(deadlines::remove);
    present.forEach(deadlines::remove);
    assertThat(deadlines.isEmpty()).isTrue();
  }
}
