package edge.starling.deployments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Stands for a node: remembers what it is asked, and gives the answers that it was told. */
final class RecordingServer implements AutoCloseable {
  /**
   * @param path with the query
   * @param headers with names in lower case
   */
  record Asked(String method, String path, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.ISO_8859_1);
    }
  }

  private record Given(int status, String contentType, byte[] body) {}

  private final HttpServer server;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final Queue<Given> given = new ArrayDeque<>();
  private volatile @Nullable Given forAll;

  RecordingServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  RecordingServer answer(int status, String contentType, byte[] body) {
    given.add(new Given(status, contentType, body));
    return this;
  }

  RecordingServer answerJson(int status, String body) {
    return answer(status, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  /** From now on every request gets this answer. */
  void answerAllWithJson(int status, String body) {
    forAll = new Given(status, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  List<Asked> asked() {
    return asked;
  }

  Asked only() {
    if (asked.size() != 1) {
      throw new AssertionError(asked.size() + " requests instead of one");
    }
    return asked.get(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name, String.join(", ", values)));
    asked.add(
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            headers,
            exchange.getRequestBody().readAllBytes()));
    Given answer = forAll == null ? given.remove() : forAll;
    exchange.getResponseHeaders().add("Content-Type", answer.contentType);
    exchange.sendResponseHeaders(answer.status, answer.body.length == 0 ? -1 : answer.body.length);
    exchange.getResponseBody().write(answer.body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
