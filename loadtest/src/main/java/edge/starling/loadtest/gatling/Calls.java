package edge.starling.loadtest.gatling;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Some calls, and what can be said of them together.
 *
 * @param list in the order in which they were sent
 */
public record Calls(List<SentCall> list) {
  public Calls {
    list = List.copyOf(list);
  }

  public Calls where(Predicate<SentCall> kind) {
    return new Calls(list.stream().filter(kind).toList());
  }

  public Calls served() {
    return where(SentCall::isServed);
  }

  public Calls refused() {
    return where(SentCall::isRefused);
  }

  /** Those that were neither served nor refused. */
  public Calls failed() {
    return where(call -> !call.isServed() && !call.isRefused());
  }

  public int count() {
    return list.size();
  }

  /** How they ended, and how often: by status, or by what was wrong. */
  public Map<String, Long> endings() {
    return list.stream().collect(groupingBy(Calls::ending, TreeMap::new, counting()));
  }

  private static String ending(SentCall call) {
    return call.status() == 0 ? call.error() : "status " + call.status();
  }

  /** How many of the served calls each node served. */
  public Map<String, Long> byNode() {
    return served().list().stream()
        .collect(groupingBy(SentCall::servedBy, TreeMap::new, counting()));
  }

  /**
   * A quantile of the latency, by nearest rank; not a number if there are no calls.
   *
   * @param percentile from 0, which is the shortest, to 100
   */
  public double micros(double percentile) {
    long[] sorted = list.stream().mapToLong(SentCall::latencyMicros).sorted().toArray();
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(percentile / 100 * sorted.length);
    return sorted[Math.max(1, rank) - 1];
  }

  public double millis(double percentile) {
    return micros(percentile) / 1e3;
  }
}
