package edge.starling.loadtest.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Starts {@link BareServerVerticle} in a process of its own. */
public final class BareServer {
  /** The hidden command of this jar that is the server's process. */
  public static final String COMMAND = "bare-server";

  /** What the server does with a request. */
  public enum Kind {
    /** Reads it to its end and answers 200 with an empty body. */
    SINK,
    /** Answers 200 with the request's body, as that comes. */
    ECHO,
    /** Passes it on to another server, and that one's answer back. */
    PROXY
  }

  private BareServer() {}

  /**
   * Starts the server, and waits until it is ready.
   *
   * @param upstream where a proxy sends its requests; null for others
   * @param flags of its JVM
   */
  public static ServerProcess start(
      String mainClass,
      Path folder,
      Kind kind,
      @Nullable ServerProcess upstream,
      List<String> flags)
      throws IOException, InterruptedException {
    int port = FreePorts.take(1).get(0);
    List<String> command = new ArrayList<>();
    command.addAll(List.of("-cp", classPath(), mainClass, COMMAND));
    command.addAll(List.of("--port", String.valueOf(port), "--kind", kind.name()));
    if (upstream != null) {
      command.addAll(List.of("--upstream", String.valueOf(upstream.url("/").getPort())));
    }
    String name = "bare-" + kind.name().toLowerCase(Locale.ROOT);
    ServerProcess server = ServerProcess.start(name, port, flags, command, folder);
    server.awaitReady();
    return server;
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }
}
