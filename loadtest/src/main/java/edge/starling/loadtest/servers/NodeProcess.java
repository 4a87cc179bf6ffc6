package edge.starling.loadtest.servers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A Starling node in a process of its own, and what is asked of its native API. */
public final class NodeProcess implements AutoCloseable {
  /** The JVM of every measured server, so that none has an advantage. */
  public static final List<String> FLAGS = List.of("-Xmx256m");

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration TO_DEPLOY = Duration.ofSeconds(30);
  private static final Duration TO_BE_KNOWN = Duration.ofSeconds(10);

  private final ServerProcess server;
  private final int clusterPort;

  private NodeProcess(ServerProcess server, int clusterPort) {
    this.server = server;
    this.clusterPort = clusterPort;
  }

  /**
   * Starts a node; it is not ready yet.
   *
   * @param join the cluster ports of the members, its own may be among them
   * @param settings more {@code key=value}
   */
  static NodeProcess start(
      Path jar,
      String name,
      int httpPort,
      int clusterPort,
      List<Integer> join,
      List<String> settings,
      Path folder)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("-jar", jar.toString(), "node"));
    command.addAll(List.of("--name", name));
    command.addAll(List.of("--http-port", String.valueOf(httpPort)));
    command.addAll(List.of("--cluster-port", String.valueOf(clusterPort)));
    command.addAll(
        List.of("--join", String.join(",", join.stream().map(p -> "127.0.0.1:" + p).toList())));
    command.addAll(List.of("--data", folder.resolve(name).toString()));
    settings.forEach(setting -> command.addAll(List.of("--set", setting)));
    return new NodeProcess(
        ServerProcess.start(name, httpPort, FLAGS, command, folder), clusterPort);
  }

  public ServerProcess server() {
    return server;
  }

  int clusterPort() {
    return clusterPort;
  }

  public URI function(String name) {
    return server.url("/function/" + name);
  }

  /** Deploys a new function on this node. */
  public void deploy(String name, byte[] handler) throws IOException, InterruptedException {
    String boundary = "starling-" + UUID.randomUUID();
    HttpRequest deploy =
        HttpRequest.newBuilder(server.url("/functions/deployments"))
            .timeout(TO_DEPLOY)
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(BodyPublishers.ofByteArray(form(boundary, name, handler)))
            .build();
    HttpResponse<String> answer = HTTP.send(deploy, BodyHandlers.ofString());
    if (answer.statusCode() != 201) {
      throw server.failed("did not take " + name + " in: " + told(answer));
    }
  }

  /** Waits until this node answers calls of the function, wherever that runs, with 200. */
  public void awaitAnswer(String name) throws IOException, InterruptedException {
    HttpRequest call =
        HttpRequest.newBuilder(function(name))
            .timeout(TO_DEPLOY)
            .POST(BodyPublishers.noBody())
            .build();
    long deadline = System.nanoTime() + TO_BE_KNOWN.toNanos();
    HttpResponse<String> answer = HTTP.send(call, BodyHandlers.ofString());
    while (answer.statusCode() != 200) {
      if (System.nanoTime() - deadline > 0) {
        throw server.failed("does not answer calls of " + name + ": " + told(answer));
      }
      answer = HTTP.send(call, BodyHandlers.ofString());
    }
  }

  private static String told(HttpResponse<String> answer) {
    return "status " + answer.statusCode() + " " + answer.body();
  }

  private static byte[] form(String boundary, String name, byte[] handler) {
    String head =
        String.join(
            "\r\n",
            "--" + boundary,
            "Content-Disposition: form-data; name=\"name\"",
            "",
            name,
            "--" + boundary,
            "Content-Disposition: form-data; name=\"handler\"; filename=\"" + name + ".wasm\"",
            "Content-Type: application/wasm",
            "",
            "");
    var form = new ByteArrayOutputStream();
    form.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    form.writeBytes(handler);
    form.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return form.toByteArray();
  }

  @Override
  public void close() {
    server.close();
  }
}
