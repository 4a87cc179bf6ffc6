package edge.starling.deployments;

import static edge.starling.deployments.Http.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.hazelcast.core.Hazelcast;
import edge.starling.config.ConfigLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Real nodes in this JVM, joined over loopback, each with a data folder of its own. */
final class TestCluster implements AutoCloseable {
  static final Path ECHO = Path.of("functions/echo/echo.wasm");
  static final Path SHA256 = Path.of("functions/sha256/sha256.wasm");
  static final Path NOOP = Path.of("functions/noop/noop.wasm");
  static final Path WORDCOUNT = Path.of("functions/wordcount/wordcount.py");
  static final Path SLUGIFY = Path.of("functions/slugify");
  private static final Path TESTING = Path.of("functions/testing");
  private static final List<String> LEFT_OVERS =
      List.of(
          "starling_bodies_held",
          "starling_http_bytes_in_flight",
          "starling_invoker_queued ",
          "starling_invoker_running ",
          "starling_logs_readers ",
          "starling_process_executables ",
          "starling_routing_calls ",
          "starling_routing_in_progress ");
  private static final int LOWEST_PORT = 20_000;
  private static final int HIGHEST_PORT = 32_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Http http = new Http();
  private final List<Integer> clusterPorts;
  private final List<String> settings;
  private final Path folder;
  private final List<Node> nodes = new ArrayList<>();

  private TestCluster(int size, List<String> settings) {
    this.settings = new ArrayList<>(settings);
    // a port that was free a moment ago may belong to a member of another test's cluster
    this.settings.add("cluster.name=test-" + UUID.randomUUID());
    this.clusterPorts = IntStream.range(0, size).mapToObj(i -> freePort()).toList();
    try {
      this.folder = Files.createTempDirectory("starling-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the nodes n0, n1, … with these settings, and waits until they have met. */
  static TestCluster of(int size, String... settings) {
    TestCluster cluster = new TestCluster(size, List.of(settings));
    try {
      for (int i = 0; i < size; i++) {
        cluster.nodes.add(cluster.start(i));
      }
      cluster.awaitReady();
      return cluster;
    } catch (RuntimeException | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  /** A sample module that only tests use. */
  static Path testing(String module) {
    return TESTING.resolve(module + ".wasm");
  }

  Node node(int i) {
    return nodes.get(i);
  }

  int size() {
    return nodes.size();
  }

  Path data(int i) {
    return folder.resolve("n" + i);
  }

  int clusterPort(int i) {
    return clusterPorts.get(i);
  }

  /** Stops a node without draining it. */
  void stop(int i) {
    nodes.get(i).close();
  }

  /** To the others it is as if the node had died; only then it stops. */
  void crash(int i) {
    Hazelcast.getAllHazelcastInstances().stream()
        .filter(
            member ->
                member.getCluster().getLocalMember().getAddress().getPort() == clusterPorts.get(i))
        .forEach(member -> member.getLifecycleService().terminate());
    int[] others = IntStream.range(0, nodes.size()).filter(other -> other != i).toArray();
    awaitReady(others);
    stop(i);
  }

  /** Starts stopped nodes again, in this order, each on its data folder and cluster port. */
  void restart(int... stopped) {
    for (int i : stopped) {
      nodes.set(i, start(i));
    }
    awaitReady();
  }

  /** Starts stopped nodes again, while all the others stay away. */
  void restartOnly(int... stopped) {
    for (int i : stopped) {
      nodes.set(i, start(i));
    }
    awaitReady(stopped);
  }

  /** Starts a node of this cluster that is none of its nodes; later settings override. */
  Node startStranger(String... more) {
    List<String> all = new ArrayList<>(List.of("name=stranger", "data=" + folder.resolve("x")));
    all.addAll(List.of("http.port=0", "cluster.port=0", "cluster.join=" + join()));
    all.addAll(settings);
    all.addAll(List.of(more));
    return Node.start(ConfigLoader.load(null, Map.of(), all));
  }

  /** Waits until all nodes are ready and know each other. */
  void awaitReady() {
    awaitReady(IntStream.range(0, nodes.size()).toArray());
  }

  /** Waits until these nodes, and only these, are ready and know each other. */
  void awaitReady(int... ready) {
    eventually(
        () -> {
          for (int i : ready) {
            assertThat(get(i, "/readyz").statusCode()).isEqualTo(200);
            assertThat(json(get(i, "/nodes")).get("nodes")).hasSize(ready.length);
          }
        });
  }

  /** Waits until no node has anything left of any call. */
  void awaitIdle() {
    for (int i = 0; i < nodes.size(); i++) {
      awaitIdle(i);
    }
  }

  private void awaitIdle(int node) {
    eventually(
        () -> {
          for (JsonNode told : json(get(node, "/nodes")).get("nodes")) {
            assertThat(told.path("running").asInt(-1)).as("running, of %s", told).isZero();
            assertThat(told.path("queued").asInt(-1)).as("queued, of %s", told).isZero();
          }
          assertThat(Http.text(get(node, "/metrics")).lines())
              .filteredOn(line -> LEFT_OVERS.stream().anyMatch(line::startsWith))
              .hasSameSizeAs(LEFT_OVERS)
              .allMatch(line -> line.endsWith(" 0.0"));
        });
  }

  static void eventually(Runnable assertion) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(assertion::run);
  }

  // What clients do.

  HttpResponse<byte[]> deploy(int node, String name, Path handler, String... fields) {
    String[] all = Stream.concat(Stream.of("name", name), Stream.of(fields)).toArray(String[]::new);
    return send(
        Http.with(request(node, "/functions/deployments"), "POST", Http.form(handler, all)));
  }

  /** Without a handler and fields the request has no body at all. */
  HttpResponse<byte[]> put(int node, String name, @Nullable Path handler, String... fields) {
    HttpRequest.Builder request = request(node, "/functions/deployments/" + name);
    return send(
        handler == null && fields.length == 0
            ? request.PUT(BodyPublishers.noBody()).build()
            : Http.with(request, "PUT", Http.form(handler, fields)));
  }

  HttpResponse<byte[]> get(int node, String path) {
    return send(request(node, path).GET().build());
  }

  HttpResponse<byte[]> delete(int node, String path) {
    return send(request(node, path).DELETE().build());
  }

  /** POST of a body to a function. */
  HttpResponse<byte[]> call(int node, String function, byte[] body) {
    return send(callOf(node, function, body));
  }

  HttpResponse<byte[]> call(int node, String function, String body) {
    return call(node, function, body.getBytes(StandardCharsets.UTF_8));
  }

  CompletableFuture<HttpResponse<byte[]>> callLater(int node, String function, String body) {
    return http.sendLater(callOf(node, function, body.getBytes(StandardCharsets.UTF_8)));
  }

  /** An anycall: what is asked, as JSON. */
  HttpResponse<byte[]> execute(int node, String function, String json) {
    return send(
        request(node, "/functions/" + function + "/executions")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build());
  }

  /** What has become of a function's calls, summed over its providers. */
  JsonNode counts(int node, String function) {
    return json(get(node, "/functions/" + function)).get("counts");
  }

  HttpRequest.Builder request(int node, String path) {
    return HttpRequest.newBuilder(URI.create(node(node).httpUrl() + path)).timeout(PATIENCE);
  }

  HttpResponse<byte[]> send(HttpRequest request) {
    return http.send(request);
  }

  CompletableFuture<HttpResponse<byte[]>> sendLater(HttpRequest request) {
    return http.sendLater(request);
  }

  @Override
  public void close() {
    nodes.parallelStream().forEach(Node::close);
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Node start(int i) {
    List<String> all = new ArrayList<>();
    all.add("name=n" + i);
    all.add("data=" + data(i));
    all.add("http.port=0");
    all.add("cluster.port=" + clusterPorts.get(i));
    all.add("cluster.join=" + join());
    all.add("cluster.alone-after=1s");
    all.addAll(settings);
    return Node.start(ConfigLoader.load(null, Map.of(), all));
  }

  private String join() {
    return clusterPorts.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  private HttpRequest callOf(int node, String function, byte[] body) {
    return request(node, "/function/" + function)
        .header("Content-Type", "text/plain")
        .POST(BodyPublishers.ofByteArray(body))
        .build();
  }

  /** Below those that connections go out from: nobody else takes it while its node is down. */
  private static int freePort() {
    int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      return freePort();
    }
  }
}
