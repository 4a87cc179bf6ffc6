package edge.starling.loadtest.trace;

import edge.starling.loadtest.gatling.Step;
import edge.starling.loadtest.gatling.Stream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many calls come to each node in each second. Immutable.
 *
 * @param rates for each node its calls, second by second; equally many seconds for all, one at
 *     least
 */
record Trace(Map<String, List<Integer>> rates) {
  Trace {
    Map<String, List<Integer>> copy = new TreeMap<>();
    rates.forEach((node, each) -> copy.put(node, List.copyOf(each)));
    if (copy.isEmpty() || copy.values().stream().mapToInt(List::size).distinct().count() != 1) {
      throw new IllegalArgumentException("a trace has equally many seconds for each node");
    }
    rates = Map.copyOf(copy);
  }

  int seconds() {
    return rates.values().iterator().next().size();
  }

  /** Of this node in a second, from 0. */
  int rate(String node, int second) {
    return rates.getOrDefault(node, List.of()).get(second);
  }

  /** The trace's begin; all of it if it is shorter. */
  Trace first(int seconds) {
    Map<String, List<Integer>> begins = new TreeMap<>();
    rates.forEach(
        (node, each) -> begins.put(node, each.subList(0, Math.min(seconds, each.size()))));
    return new Trace(begins);
  }

  /** The calls of one node. */
  Stream stream(String node, URI url) {
    List<Step> steps =
        rates.getOrDefault(node, List.of()).stream().map(rate -> new Step(rate, 1)).toList();
    return new Stream(node, Stream.POST, url.toString(), steps);
  }
}
