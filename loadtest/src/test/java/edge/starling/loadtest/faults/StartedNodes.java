package edge.starling.loadtest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edge.starling.loadtest.network.LinkState;
import edge.starling.loadtest.network.Network;
import edge.starling.loadtest.servers.NodeCluster;
import edge.starling.loadtest.servers.NodeProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.awaitility.core.ThrowingRunnable;

/**
 * Nodes in processes of their own, with a network between them that can be cut, and functions that
 * answer with what was deployed. All nodes take the providers in turn, so that each of them is
 * asked.
 */
final class StartedNodes implements AutoCloseable {
  private static final Path JAR = Path.of("../deployments/target/starling.jar");
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SETTINGS =
      List.of(
          "routing.policy=round-robin",
          "cluster.alone-after=3s",
          "drain-timeout=5s",
          "runtimes.process.enabled=true");

  private final Path folder;
  private final NodeCluster cluster;
  private final Network network;
  private List<NodeProcess> nodes = List.of();

  private StartedNodes(Path folder, NodeCluster cluster, Network network) {
    this.folder = folder;
    this.cluster = cluster;
    this.network = network;
  }

  /** What the nodes run; fails where the build has not made it. */
  static Path jar() {
    assertThat(JAR)
        .as("the nodes' jar, which is built before this: mvn -pl deployments -am package")
        .isRegularFile();
    return JAR.toAbsolutePath();
  }

  /** Nodes that reach each other. */
  static StartedNodes of(int count, Path folder) throws Exception {
    StartedNodes started = none(folder);
    started.start(count);
    return started;
  }

  /** No node yet, so that links can be cut first. */
  static StartedNodes none(Path folder) throws IOException {
    List<String> settings = new ArrayList<>(SETTINGS);
    settings.add("cluster.name=" + folder.getFileName());
    var cluster = new NodeCluster(jar(), folder, List.of("-Xmx256m"), settings);
    return new StartedNodes(folder, cluster, cluster.connect(1));
  }

  void start(int count) throws Exception {
    try {
      nodes = cluster.add(count);
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /** One more, with settings of its own; it is not counted among the others. */
  void startStranger(List<String> settings) throws Exception {
    cluster.add(List.of(settings));
  }

  NodeProcess node(int number) {
    return nodes.get(number - 1);
  }

  List<NodeProcess> all() {
    return nodes;
  }

  Path data(int number) {
    return folder.resolve(node(number).name());
  }

  void link(String one, String other, LinkState state) throws IOException {
    network.link(one, other, state);
  }

  /** Deploys or updates: its answers tell the number from now on. */
  void put(int node, String function, int number) throws Exception {
    succeeded(
        node(node).update(function, Witness.version(function, number, folder.resolve("runs"))));
  }

  void provideToo(int node, String function) throws Exception {
    succeeded(node(node).provide(function));
  }

  void remove(int node, String function) throws Exception {
    succeeded(node(node).remove(function));
  }

  private static void succeeded(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
  }

  /** Waits until all nodes that live see so many of them. */
  void awaitMembers(int count, int... asked) {
    for (int node : asked) {
      eventually(() -> assertThat(incarnations(node)).hasSize(count));
    }
  }

  /** The nodes that this one sees, by name. */
  Map<String, Long> incarnations(int node) throws Exception {
    Map<String, Long> incarnations = new HashMap<>();
    for (JsonNode each : JSON.readTree(node(node).get("/nodes").body()).get("nodes")) {
      assertThat(incarnations).doesNotContainKey(each.get("name").asText());
      incarnations.put(each.get("name").asText(), each.get("incarnation").asLong());
    }
    return incarnations;
  }

  /** What this node says who provides a function. */
  List<String> providers(int node, String function) throws Exception {
    var providers = new TreeSet<String>();
    JSON.readTree(node(node).get("/functions/" + function).body())
        .path("providers")
        .forEach(each -> providers.add(each.asText()));
    return List.copyOf(providers);
  }

  /** How it answers a call: {@code 200 v2 by n1}, or the status and the problem. */
  String call(int node, String function) throws IOException, InterruptedException {
    return told(node(node).get("/function/" + function));
  }

  private static String told(HttpResponse<String> answer) {
    String what =
        answer.statusCode() == 200 ? " v" + answer.body().strip() : " " + answer.body().strip();
    return answer.statusCode()
        + what
        + " by "
        + answer.headers().firstValue("X-Served-By").orElse("nobody");
  }

  /** Each node answers with this number, and each of the providers has a part in it. */
  void assertServed(String function, int number, String... providers) throws Exception {
    for (NodeProcess node : nodes) {
      int asked = nodes.indexOf(node) + 1;
      assertThat(providers(asked, function)).as(node.name()).containsExactly(providers);
      var answers = new TreeSet<String>();
      for (int i = 0; i < 2 * providers.length; i++) {
        answers.add(call(asked, function));
      }
      assertThat(answers)
          .as("%s at %s", function, node.name())
          .containsExactly(
              List.of(providers).stream()
                  .map(each -> "200 v" + number + " by " + each)
                  .toArray(String[]::new));
    }
  }

  /** Each node says that there is no such function, and keeps nothing of it. */
  void assertGone(String function) throws Exception {
    for (NodeProcess node : nodes) {
      assertThat(node.get("/function/" + function).statusCode()).as(node.name()).isEqualTo(404);
      assertThat(node.get("/functions/" + function).statusCode()).as(node.name()).isEqualTo(404);
      try (var files = Files.walk(folder.resolve(node.name()))) {
        assertThat(files).noneMatch(file -> file.endsWith(function + ".sh"));
      }
    }
  }

  static void eventually(ThrowingRunnable assertion) {
    await().atMost(PATIENCE).untilAsserted(assertion);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
