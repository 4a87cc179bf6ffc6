package edge.starling.loadtest.faults;

import edge.starling.loadtest.servers.NodeMetrics;
import edge.starling.loadtest.servers.NodeProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;

/** What is to be well again when all is mended and nobody calls any more. */
final class Aftermath {
  private static final Duration TO_SETTLE = Duration.ofSeconds(30);

  private final Site site;
  private final CallerClient caller;

  Aftermath(Site site, CallerClient caller) {
    this.site = site;
    this.caller = caller;
  }

  /** What is still not right after the time to settle; empty if all is. */
  List<String> unsettled(List<String> functions) throws InterruptedException {
    List<String> last = new ArrayList<>();
    boolean settled =
        Poll.until(
            () -> {
              last.clear();
              last.addAll(wrongNow(functions));
              return last.isEmpty();
            },
            TO_SETTLE);
    return settled ? List.of() : List.copyOf(last);
  }

  private List<String> wrongNow(List<String> functions) throws InterruptedException {
    List<String> wrong = new ArrayList<>();
    for (String function : functions) {
      Set<String> versions = new TreeSet<>();
      for (String node : site.names()) {
        CallEnding ending = ask(node, function);
        if (ending.status() == 200) {
          versions.add(String.valueOf(ending.version()));
        } else {
          wrong.add(node + " answers calls of " + function + " with " + ending.reason());
        }
      }
      if (versions.size() > 1) {
        wrong.add("nodes answer with different versions of " + function + ": " + versions);
      }
    }
    for (String function : site.removed()) {
      for (NodeProcess node : site.nodes()) {
        if (status(node, "/functions/" + function) != 404) {
          wrong.add(node.name() + " still knows " + function + ", which was removed");
        }
      }
    }
    return wrong;
  }

  private CallEnding ask(String node, String function) throws InterruptedException {
    CallPlan plan = new CallPlan("settled-" + node, "settled", node, function, "GET", false, 0, 0);
    try {
      return caller
          .call(plan, site.node(node).function(function))
          .toCompletionStage()
          .toCompletableFuture()
          .get()
          .ending();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call cannot be made", e.getCause());
    }
  }

  private static int status(NodeProcess node, String path) throws InterruptedException {
    try {
      return node.get(path).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /** The counters that do not become zero, by their node and name. */
  Map<String, Double> leftOvers() throws InterruptedException {
    Map<String, Double> last = new TreeMap<>();
    Poll.until(
        () -> {
          last.clear();
          site.nodes().forEach(node -> last.putAll(leftOvers(node)));
          return last.isEmpty();
        },
        TO_SETTLE);
    return last;
  }

  private static Map<String, Double> leftOvers(NodeProcess node) {
    Map<String, Double> left = new TreeMap<>();
    try {
      NodeMetrics.of(node).leftOvers().forEach((name, v) -> left.put(node.name() + " " + name, v));
    } catch (IOException e) {
      left.put(node.name() + " tells no metrics: " + e.getMessage(), Double.NaN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return left;
  }

  /** Bytes of each node after a collection. */
  Map<String, Double> heaps() throws IOException, InterruptedException {
    Map<String, Double> heaps = new TreeMap<>();
    for (NodeProcess node : site.nodes()) {
      heaps.put(node.name(), NodeMetrics.heapAfterGc(node));
    }
    return heaps;
  }
}
