package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a container of a Python function does, as a process on this machine. */
final class FunctionServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LISTENS = " listens on port ";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Process process;
  private final BufferedReader stderr;
  private final int port;

  /** Returns once it takes calls. */
  FunctionServer(List<String> command, Path folder, Map<String, String> env) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("port", "0");
    builder.environment().putAll(env);
    process = builder.start();
    stderr = process.errorReader(UTF_8);
    String line = stderr.readLine();
    while (line != null && !line.contains(LISTENS)) {
      line = stderr.readLine();
    }
    if (line == null) {
      throw new IOException("it ended");
    }
    port = Integer.parseInt(line.substring(line.indexOf(LISTENS) + LISTENS.length()));
  }

  HttpRequest.Builder to(String target) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
        .timeout(PATIENCE);
  }

  HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  CompletableFuture<HttpResponse<String>> start(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String target) throws IOException, InterruptedException {
    return client.send(to(target).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String target, String body) throws IOException, InterruptedException {
    return client.send(
        to(target).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  /** All that it says on one connection until it closes that, in answer to these bytes. */
  String exchange(String bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write(bytes.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  /** The next line of its log. */
  String log() throws IOException {
    return stderr.readLine();
  }

  void terminate() {
    process.toHandle().destroy();
  }

  /** Its exit status, once it has ended. */
  int ended() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), SECONDS)) {
      throw new AssertionError("it still runs");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
