package edge.starling.loadtest.servers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A Starling node in a process of its own, and what is asked of its native API. Thread-safe, where
 * its server is.
 */
public final class NodeProcess implements AutoCloseable {
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private static final Duration TO_DEPLOY = Duration.ofSeconds(30);
  private static final Duration TO_BE_KNOWN = Duration.ofSeconds(10);
  private static final Duration TO_TELL = Duration.ofSeconds(5);

  private final String name;
  private final int httpPort;
  private final List<String> flags;
  private final List<String> command;
  private final Path folder;
  private ServerProcess server;
  private boolean closed;

  private NodeProcess(
      String name,
      int httpPort,
      List<String> flags,
      List<String> command,
      Path folder,
      ServerProcess server) {
    this.name = name;
    this.httpPort = httpPort;
    this.flags = flags;
    this.command = command;
    this.folder = folder;
    this.server = server;
  }

  /**
   * Starts a node; it is not ready yet.
   *
   * @param flags of its JVM
   * @param command the jar and its arguments
   */
  static NodeProcess start(
      String name, int httpPort, List<String> flags, List<String> command, Path folder)
      throws IOException {
    ServerProcess server = ServerProcess.start(name, httpPort, flags, command, folder);
    return new NodeProcess(name, httpPort, flags, command, folder, server);
  }

  /** Starts it again as it was started, after its process has ended; it is not ready yet. */
  public synchronized void restart() throws IOException {
    if (closed) {
      throw new IOException(name + " is closed");
    }
    server = ServerProcess.start(name, httpPort, flags, command, folder);
  }

  /** Its process, the latest if there were several. */
  public synchronized ServerProcess server() {
    return server;
  }

  public String name() {
    return name;
  }

  public URI function(String function) {
    return server().url("/function/" + function);
  }

  /** Deploys a new function on this node. */
  public void deploy(String function, byte[] handler) throws IOException, InterruptedException {
    deploy(Deployment.module(function, handler));
  }

  /** Deploys a new function on this node. */
  public void deploy(Deployment function) throws IOException, InterruptedException {
    HttpResponse<String> answer = send("POST", "/functions/deployments", function);
    if (answer.statusCode() != 201) {
      throw server().failed("did not take " + function.file() + " in: " + told(answer));
    }
  }

  /** Deploys an OCI image for the node's OpenFaaS gateway, as clients of OpenFaaS do. */
  public void deployImage(String function, String image) throws IOException, InterruptedException {
    String document = "{\"service\":\"%s\",\"image\":\"%s\"}".formatted(function, image);
    HttpResponse<String> answer =
        HTTP.send(
            request("/system/functions", TO_DEPLOY).POST(BodyPublishers.ofString(document)).build(),
            BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw server().failed("did not take the image " + image + " in: " + told(answer));
    }
  }

  /** Updates a function on all nodes that have it, or deploys it if there is none. */
  public HttpResponse<String> update(String function, Deployment next)
      throws IOException, InterruptedException {
    return send("PUT", "/functions/deployments/" + function, next);
  }

  /** Makes this node a provider too, of a function that others have. */
  public HttpResponse<String> provide(String function) throws IOException, InterruptedException {
    return HTTP.send(
        request("/functions/deployments/" + function, TO_DEPLOY)
            .PUT(BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  /** Lets this node provide a function no more. */
  public HttpResponse<String> withdraw(String function) throws IOException, InterruptedException {
    return HTTP.send(
        request("/functions/deployments/" + function, TO_DEPLOY).DELETE().build(),
        BodyHandlers.ofString());
  }

  /** Removes a function from all nodes. */
  public HttpResponse<String> remove(String function) throws IOException, InterruptedException {
    return HTTP.send(
        request("/functions/deployments/" + function + "?everywhere=true", TO_DEPLOY)
            .DELETE()
            .build(),
        BodyHandlers.ofString());
  }

  /** What it answers to a GET. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(request(path, TO_TELL).GET().build(), BodyHandlers.ofString());
  }

  /** Waits until this node answers calls of the function, wherever that runs, with 200. */
  public void awaitAnswer(String function) throws IOException, InterruptedException {
    HttpRequest call =
        request("/function/" + function, TO_DEPLOY).POST(BodyPublishers.noBody()).build();
    long deadline = System.nanoTime() + TO_BE_KNOWN.toNanos();
    HttpResponse<String> answer = HTTP.send(call, BodyHandlers.ofString());
    while (answer.statusCode() != 200) {
      if (System.nanoTime() - deadline > 0) {
        throw server().failed("does not answer calls of " + function + ": " + told(answer));
      }
      answer = HTTP.send(call, BodyHandlers.ofString());
    }
  }

  private HttpResponse<String> send(String method, String path, Deployment function)
      throws IOException, InterruptedException {
    HttpRequest deploy =
        request(path, TO_DEPLOY)
            .header("Content-Type", Deployment.contentType())
            .method(method, BodyPublishers.ofByteArray(function.form()))
            .build();
    return HTTP.send(deploy, BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, Duration patience) {
    return HttpRequest.newBuilder(server().url(path)).timeout(patience);
  }

  private static String told(HttpResponse<String> answer) {
    return "status " + answer.statusCode() + " " + answer.body();
  }

  /** Begins to end it, without waiting; it cannot be started again. */
  synchronized void abandon() {
    closed = true;
    server.terminate();
  }

  @Override
  public void close() {
    abandon();
    server().close();
  }
}
