package edge.starling.verticles.invoker;

import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import edge.starling.verticles.invoker.UpstreamClient.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A process that serves HTTP is told its port in its environment, and is looked at until it answers
 * 200 on its path, or takes a connection where it has none.
 */
final class HttpGreeting implements Greeting {
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(1);
  private static final int BETWEEN_LOOKS_MILLIS = 20;

  private final Server server;
  private final String url;
  private final @Nullable String readyPath;
  private final UpstreamClient client;
  private final Loop loop;
  private final Path own;

  /**
   * @param loop where the client is used
   * @param own the runtime's folder of the function
   * @throws Unfit where there is no port for it now
   */
  HttpGreeting(WatchdogSettings settings, UpstreamClient client, Loop loop, Path own) {
    String given = settings.upstreamUrl();
    int port = given == null ? free() : settings.upstreamPort();
    if (given != null && !LoopbackPort.isFree(port)) {
      throw new Unfit(
          "upstream_url: port "
              + port
              + " is taken on this node, perhaps by the version before; without upstream_url each"
              + " process gets a port of its own");
    }
    this.server = Server.here(port);
    this.url = given == null ? "http://127.0.0.1:" + port : given;
    this.readyPath = settings.readyPath();
    this.client = client;
    this.loop = loop;
    this.own = own;
  }

  @Override
  public Map<String, String> environment() {
    String port = Integer.toString(server.port());
    return Map.of("PORT", port, "port", port, "upstream_url", url);
  }

  @Override
  public Optional<Door> meet(Child child) {
    Leftovers.note(own, child.pid());
    child.drainStdout();
    try {
      child.stdin().close();
    } catch (IOException e) {
      // it has ended, which is seen at once
    }
    CompletableFuture<Exit> exit = child.exit().toCompletableFuture();
    while (!hasEnded(exit)) {
      if (isReady() && !exit.isDone()) {
        return Optional.of(new Door(server, null));
      }
    }
    return Optional.empty();
  }

  @Override
  public String unmet() {
    return readyPath == null
        ? "the handler took no connection on its port"
        : "the handler did not answer 200 on its ready_path";
  }

  private static int free() {
    try {
      return LoopbackPort.free(ThreadLocalRandom.current());
    } catch (IOException e) {
      throw new Unfit(String.valueOf(e.getMessage()));
    }
  }

  /** Gives it a moment. */
  private static boolean hasEnded(CompletableFuture<Exit> exit) {
    try {
      exit.get(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isReady() {
    String path = readyPath;
    return path == null
        ? takesConnections()
        : CompletableFuture.supplyAsync(() -> client.isThere(server, path, ANSWER_PATIENCE), loop)
            .thenCompose(there -> there)
            .completeOnTimeout(false, 2 * ANSWER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .join();
  }

  private boolean takesConnections() {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(server.host(), server.port()), (int) ANSWER_PATIENCE.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
