package edge.starling.loadtest.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Starts {@link BareServerVerticle} in a process of its own. */
public final class BareServer {
  /** The hidden command of this jar that is the server's process. */
  public static final String COMMAND = "bare-server";

  private BareServer() {}

  /** Starts the server with the nodes' JVM flags, and waits until it is ready. */
  public static ServerProcess start(String mainClass, Path folder)
      throws IOException, InterruptedException {
    int port = FreePorts.take(1).get(0);
    List<String> command =
        List.of("-cp", classPath(), mainClass, COMMAND, "--port", String.valueOf(port));
    ServerProcess server = ServerProcess.start("bare", port, NodeProcess.FLAGS, command, folder);
    server.awaitReady();
    return server;
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }
}
