package edge.starling.verticles.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WeightedRoundRobinTest {
  private final WeightedRoundRobin<String> turns =
      new WeightedRoundRobin<>(Comparator.<String>naturalOrder());

  @Test
  void spreadsTheTurnsEvenly() {
    Map<String, Double> weights = Map.of("a", 5.0, "b", 1.0, "c", 1.0);

    assertThat(taken(7, weights)).containsExactly("a", "a", "b", "a", "c", "a", "a");
  }

  @Test
  void takesEqualOnesInTheirOrder() {
    assertThat(taken(6, Map.of("b", 2.0, "c", 2.0, "a", 2.0)))
        .containsExactly("a", "b", "c", "a", "b", "c");
  }

  @Test
  void givesNoTurnToWhoHasNoWeight() {
    assertThat(taken(3, Map.of("a", 0.0, "b", 0.5))).containsExactly("b", "b", "b");
    assertThat(turns.next(List.of("a"), node -> 0)).isEmpty();
    assertThat(turns.next(List.of(), node -> 1)).isEmpty();
  }

  @Test
  void largeWeightsOfThePastDoNotOutweighSmallOnes() {
    taken(3, Map.of("a", 1e6, "b", 2e6));

    assertThat(taken(10, Map.of("a", 1.0, "b", 1.0))).filteredOn("a"::equals).hasSizeBetween(4, 6);
  }

  @Test
  void forgetsWhoIsGone() {
    List<String> many = IntStream.range(0, 200).mapToObj(i -> "n" + i).toList();
    turns.next(many, node -> 1);

    assertThat(taken(4, Map.of("a", 1.0, "b", 1.0))).containsExactly("a", "b", "a", "b");
  }

  /** At any time each node has had its share of all turns so far, to within one for each other. */
  @Property(tries = 200)
  void everyNodeHasItsShareAtAnyTime(
      @ForAll @Size(min = 2, max = 5) List<@IntRange(min = 1, max = 50) Integer> weights,
      @ForAll @IntRange(min = 1, max = 300) int count) {
    WeightedRoundRobin<Integer> fresh =
        new WeightedRoundRobin<>(Comparator.<Integer>naturalOrder());
    List<Integer> nodes = IntStream.range(0, weights.size()).boxed().toList();
    double all = weights.stream().mapToInt(Integer::intValue).sum();
    Map<Integer, Integer> had = new HashMap<>();
    for (int turn = 1; turn <= count; turn++) {
      had.merge(fresh.next(nodes, weights::get).orElseThrow(), 1, Integer::sum);
      for (int node : nodes) {
        assertThat(had.getOrDefault(node, 0) - turn * weights.get(node) / all)
            .isBetween(-1.0 * (nodes.size() - 1), 1.0 * (nodes.size() - 1));
      }
    }
  }

  private List<String> taken(int count, Map<String, Double> weights) {
    return IntStream.range(0, count)
        .mapToObj(i -> turns.next(weights.keySet(), weights::get).orElseThrow())
        .toList();
  }
}
