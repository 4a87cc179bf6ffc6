package edge.starling.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DayOfLoadTest {
  private static final Map<String, Integer> LIMITS = Map.of("n1", 10, "n2", 20, "n3", 30);

  @Test
  void theSameSeedMakesTheSameDay() {
    assertThat(DayOfLoad.of(1, LIMITS, 120)).isEqualTo(DayOfLoad.of(1, LIMITS, 120));
    assertThat(DayOfLoad.of(1, LIMITS, 120)).isNotEqualTo(DayOfLoad.of(2, LIMITS, 120));
  }

  @Test
  void peaksMoveFromNodeToNode() {
    for (long seed = 0; seed < 20; seed++) {
      Trace day = DayOfLoad.of(seed, LIMITS, 120);
      assertThat(top(day, "n1")).isLessThan(top(day, "n2"));
      assertThat(top(day, "n2")).isLessThan(top(day, "n3"));
    }
  }

  @Test
  void aPeakIsMoreThanItsNodeCanTake() {
    for (long seed = 0; seed < 20; seed++) {
      Trace day = DayOfLoad.of(seed, LIMITS, 120);
      LIMITS.forEach(
          (node, limit) -> assertThat(day.rate(node, top(day, node))).isGreaterThan(limit));
    }
  }

  @Test
  void isAsLongAsItShouldBe() {
    assertThat(DayOfLoad.of(1, LIMITS, 40).seconds()).isEqualTo(40);
  }

  @Test
  void theFileForOthersToReplaceIsTheDayOfTheFirstSeed() throws Exception {
    Trace file = TraceFile.read(Path.of("traces/day.csv"), LIMITS.keySet());
    assertThat(file).isEqualTo(DayOfLoad.of(1, LIMITS, 120));
  }

  private static int top(Trace day, String node) {
    return IntStream.range(0, day.seconds())
        .reduce((one, other) -> day.rate(node, other) > day.rate(node, one) ? other : one)
        .orElseThrow();
  }
}
