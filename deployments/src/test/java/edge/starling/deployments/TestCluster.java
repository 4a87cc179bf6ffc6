package edge.starling.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.mizosoft.methanol.MediaType;
import com.github.mizosoft.methanol.MultipartBodyPublisher;
import edge.starling.config.ConfigLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
  private static final Path TESTING = Path.of("functions/testing");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Integer> clusterPorts;
  private final List<String> settings;
  private final Path folder;
  private final List<Node> nodes = new ArrayList<>();

  private TestCluster(int size, List<String> settings) {
    this.settings = settings;
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

  Path data(int i) {
    return folder.resolve("n" + i);
  }

  /** Stops a node without draining it. */
  void stop(int i) {
    nodes.get(i).close();
  }

  /** Starts a stopped node again, on its data folder and cluster port. */
  void restart(int i) {
    nodes.set(i, start(i));
    awaitReady();
  }

  void awaitReady() {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (int i = 0; i < nodes.size(); i++) {
                assertThat(get(i, "/readyz").statusCode()).isEqualTo(200);
                assertThat(json(get(i, "/nodes")).get("nodes")).hasSize(nodes.size());
              }
            });
  }

  // What clients do.

  HttpResponse<byte[]> deploy(int node, String name, Path handler, String... fields) {
    return send(
        request(node, "/functions/deployments"),
        "POST",
        form(
            handler,
            Stream.concat(Stream.of("name", name), Stream.of(fields)).toArray(String[]::new)));
  }

  HttpResponse<byte[]> put(int node, String name, @Nullable Path handler, String... fields) {
    return send(request(node, "/functions/deployments/" + name), "PUT", form(handler, fields));
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
    return http.sendAsync(
        callOf(node, function, body.getBytes(StandardCharsets.UTF_8)), BodyHandlers.ofByteArray());
  }

  /** An anycall: what is asked, as JSON. */
  HttpResponse<byte[]> execute(int node, String function, String json) {
    return send(
        request(node, "/functions/" + function + "/executions")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build());
  }

  HttpRequest.Builder request(int node, String path) {
    return HttpRequest.newBuilder(URI.create(node(node).httpUrl() + path)).timeout(PATIENCE);
  }

  HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(request.uri().toString(), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<byte[]> send(
      HttpRequest.Builder request, String method, MultipartBodyPublisher form) {
    return send(
        request.method(method, form).header("Content-Type", form.mediaType().toString()).build());
  }

  static MultipartBodyPublisher form(@Nullable Path handler, String... fields) {
    MultipartBodyPublisher.Builder form = MultipartBodyPublisher.newBuilder();
    try {
      if (handler != null) {
        form.filePart("handler", handler, MediaType.APPLICATION_OCTET_STREAM);
      }
      for (int i = 0; i < fields.length; i += 2) {
        if (fields[i].equals("requirements")) {
          form.filePart(fields[i], Path.of(fields[i + 1]), MediaType.TEXT_PLAIN);
        } else {
          form.textPart(fields[i], fields[i + 1]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return form.build();
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  static JsonNode json(HttpResponse<byte[]> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(text(response), e);
    }
  }

  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Override
  public void close() {
    nodes.forEach(Node::close);
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
    all.add(
        "cluster.join="
            + clusterPorts.stream()
                .map(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(",")));
    all.add("cluster.alone-after=1s");
    all.addAll(settings);
    return Node.start(ConfigLoader.load(null, Map.of(), all));
  }

  private HttpRequest callOf(int node, String function, byte[] body) {
    return request(node, "/function/" + function)
        .header("Content-Type", "text/plain")
        .POST(BodyPublishers.ofByteArray(body))
        .build();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
