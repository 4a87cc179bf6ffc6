package edge.starling.loadtest.lab;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The samples of all rounds. Two systems are compared round by round before the median is taken, so
 * that a machine which gets slower or faster meanwhile does not count. What was not measured is not
 * a number. For one thread.
 */
public final class Rounds {
  private record Cell(Load load, String system) {}

  private final Map<Cell, List<Sample>> samples = new HashMap<>();

  /** To be called in the order of the rounds. */
  public void add(Load load, String system, Sample sample) {
    samples.computeIfAbsent(new Cell(load, system), cell -> new ArrayList<>()).add(sample);
  }

  public List<Sample> of(Load load, String system) {
    return samples.getOrDefault(new Cell(load, system), List.of());
  }

  public double median(Load load, String system, ToDoubleFunction<Sample> value) {
    return median(of(load, system).stream().mapToDouble(value));
  }

  /** The median of what compares the two systems in each round. */
  public double median(
      Load load,
      String system,
      String other,
      ToDoubleFunction<Sample> value,
      DoubleBinaryOperator comparison) {
    List<Sample> ones = of(load, system);
    List<Sample> others = of(load, other);
    return median(
        IntStream.range(0, Math.min(ones.size(), others.size()))
            .mapToDouble(
                round ->
                    comparison.applyAsDouble(
                        value.applyAsDouble(ones.get(round)),
                        value.applyAsDouble(others.get(round)))));
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
