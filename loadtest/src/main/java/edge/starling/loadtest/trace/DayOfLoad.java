package edge.starling.loadtest.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Makes a day of load up: every node always has a third of its limit, and one after the other, in
 * the order of their names, each has a peak. At its top all nodes together get 0.8 to 1.05 of what
 * they can take. When exactly the peaks come, how high and how wide they are, and a noise of a
 * tenth follow from the seed; the same seed always makes the same day.
 */
final class DayOfLoad {
  /** Named in full, so that no later Java changes the days. */
  private static final String ALGORITHM = "L64X128MixRandom";

  private static final double ALWAYS = 1.0 / 3;
  private static final double NOISE = 0.1;

  private record Peak(double at, double width, double height) {
    /** A bell. */
    double at(double time) {
      double off = (time - at) / width;
      return height * Math.exp(-off * off / 2);
    }
  }

  private DayOfLoad() {}

  /**
   * @param limits calls a second that each node takes
   * @param seconds that the day is compressed to
   */
  static Trace of(long seed, Map<String, Integer> limits, int seconds) {
    RandomGenerator chance = RandomGeneratorFactory.of(ALGORITHM).create(seed);
    int capacity = limits.values().stream().mapToInt(Integer::intValue).sum();
    Map<String, Integer> sorted = new TreeMap<>(limits);
    Map<String, List<Integer>> rates = new TreeMap<>();
    int place = 0;
    for (Map.Entry<String, Integer> node : sorted.entrySet()) {
      double share = 1.0 / sorted.size();
      Peak peak =
          new Peak(
              (place++ + chance.nextDouble(0.4, 0.6)) * share,
              share * chance.nextDouble(0.15, 0.25),
              capacity * (chance.nextDouble(0.8, 1.05) - ALWAYS));
      rates.put(node.getKey(), rates(peak, node.getValue() * ALWAYS, seconds, chance));
    }
    return new Trace(rates);
  }

  private static List<Integer> rates(
      Peak peak, double always, int seconds, RandomGenerator chance) {
    List<Integer> rates = new ArrayList<>();
    for (int second = 0; second < seconds; second++) {
      double rate = always + peak.at((second + 0.5) / seconds);
      rates.add((int) Math.round(rate * chance.nextDouble(1 - NOISE, 1 + NOISE)));
    }
    return rates;
  }
}
