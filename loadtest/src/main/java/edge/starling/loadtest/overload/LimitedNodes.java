package edge.starling.loadtest.overload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edge.starling.loadtest.gatling.Phase;
import edge.starling.loadtest.gatling.Stream;
import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.lab.Modules;
import edge.starling.loadtest.servers.Deployment;
import edge.starling.loadtest.servers.NodeCluster;
import edge.starling.loadtest.servers.NodeProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Nodes that take so many calls a second each, and provide functions that do nothing. */
public final class LimitedNodes implements AutoCloseable {
  public static final Duration TO_START = Duration.ofSeconds(8);

  private static final String WARM_UP = "warm-up";
  private static final double WARM_UP_RATE = 400;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TO_BE_KNOWN = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private final Lab lab;
  private final NodeCluster cluster;
  private final List<NodeProcess> nodes;
  private final Map<String, Integer> limits;

  private LimitedNodes(
      Lab lab, NodeCluster cluster, List<NodeProcess> nodes, Map<String, Integer> limits) {
    this.lab = lab;
    this.cluster = cluster;
    this.nodes = nodes;
    this.limits = limits;
  }

  /**
   * Starts nodes without functions.
   *
   * @param limits calls a second of any function, for each node
   * @param settings more {@code key=value} for all nodes
   */
  public static LimitedNodes start(Lab lab, List<Integer> limits, List<String> settings)
      throws IOException, InterruptedException {
    lab.progress().phase("starting " + limits.size() + " nodes", TO_START);
    List<String> all = new ArrayList<>(List.of("capacity.kind=rate"));
    all.addAll(settings);
    NodeCluster cluster = lab.cluster(all);
    List<NodeProcess> nodes =
        cluster.add(limits.stream().map(limit -> List.of("capacity.rate=" + limit)).toList());
    Map<String, Integer> byName = new LinkedHashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      byName.put(nodes.get(i).name(), limits.get(i));
    }
    return new LimitedNodes(lab, cluster, nodes, byName);
  }

  /** Calls a second that each node takes, by its name. */
  public Map<String, Integer> limits() {
    return Map.copyOf(limits);
  }

  public List<NodeProcess> all() {
    return nodes;
  }

  /**
   * @param number from 1
   */
  public NodeProcess node(int number) {
    return nodes.get(number - 1);
  }

  /**
   * @param number of the node that is asked, from 1
   */
  public URI function(int number, String name) {
    return node(number).function(name);
  }

  /**
   * Deploys a function on all nodes, and waits until each of them knows of all, and answers calls.
   *
   * @param fields of the deployment, beside the name
   * @return why a node does not take the function in; empty if all have done so
   */
  public String deploy(String name, Map<String, String> fields)
      throws IOException, InterruptedException {
    Map<String, String> all = new LinkedHashMap<>(fields);
    all.put("name", name);
    HttpResponse<String> taken =
        node(1).update(name, new Deployment(name + ".wasm", Modules.noop(), all));
    if (taken.statusCode() / 100 != 2) {
      return problem(taken);
    }
    for (NodeProcess other : nodes.subList(1, nodes.size())) {
      HttpResponse<String> provided = other.provide(name);
      if (provided.statusCode() / 100 != 2) {
        return problem(provided);
      }
    }
    for (NodeProcess node : nodes) {
      awaitProviders(node, name);
      node.awaitAnswer(name);
    }
    return "";
  }

  /**
   * Calls of another function, into every node, which no rate limits and which all nodes get in
   * turn: many calls in a short time, so that the JVMs have compiled what they run, and no rate of
   * a measured function is touched.
   *
   * @throws IOException also if the nodes do not take that function in
   */
  public Phase warmUp(Duration duration) throws IOException, InterruptedException {
    String refused = deploy(WARM_UP, Map.of("capacity", "slots:16", "policy", "round-robin"));
    if (!refused.isEmpty()) {
      throw new IOException("the nodes do not take " + WARM_UP + " in: " + refused);
    }
    List<Stream> streams = new ArrayList<>();
    for (NodeProcess node : nodes) {
      streams.add(Stream.posts(node.name(), node.function(WARM_UP), WARM_UP_RATE, duration));
    }
    return Phase.of(WARM_UP, streams.toArray(Stream[]::new));
  }

  private static String problem(HttpResponse<String> answer) throws IOException {
    String detail = JSON.readTree(answer.body()).path("detail").asText();
    return "status " + answer.statusCode() + (detail.isEmpty() ? "" : ": " + detail);
  }

  private void awaitProviders(NodeProcess node, String function)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TO_BE_KNOWN.toNanos();
    while (providers(node, function).size() < nodes.size()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            node.name() + " knows only " + providers(node, function) + " to provide " + function);
      }
      lab.idle(BETWEEN_LOOKS);
    }
  }

  private static List<String> providers(NodeProcess node, String function)
      throws IOException, InterruptedException {
    JsonNode described = JSON.readTree(node.get("/functions/" + function).body());
    List<String> providers = new ArrayList<>();
    described.path("providers").forEach(each -> providers.add(each.asText()));
    return providers;
  }

  @Override
  public void close() {
    cluster.close();
  }
}
