package edge.starling.loadtest.servers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Starts HAProxy as a reference, where it is installed: one hop to a server. */
public final class HaProxy {
  /** What it does with its connection to the server. */
  public enum Form {
    /** Keeps it for the next call, of whatever client. */
    KEEP_ALIVE("option http-keep-alive\n  http-reuse always"),
    /** Closes it after each call, as the published agent sets it. */
    SERVER_CLOSE("option http-server-close");

    private final String setting;

    Form(String setting) {
      this.setting = setting;
    }
  }

  private HaProxy() {}

  public static boolean isInstalled() {
    return program().isPresent();
  }

  /** Debian puts it where only root's path leads. */
  private static Optional<Path> program() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(Arrays.stream(path.split(File.pathSeparator, -1)), Stream.of("/usr/sbin"))
        .map(folder -> Path.of(folder, "haproxy"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts it, and waits until the server answers through it.
   *
   * @throws IOException also if it is not installed
   */
  public static ServerProcess start(Form form, ServerProcess upstream, Path folder)
      throws IOException, InterruptedException {
    Path program = program().orElseThrow(() -> new IOException("haproxy is not installed"));
    int port = FreePorts.take(1).get(0);
    String name = "haproxy-" + form.name().toLowerCase(Locale.ROOT) + "-" + port;
    Path settings = folder.resolve(name + ".cfg");
    Files.writeString(settings, settings(form, port, upstream.url("/").getPort()));
    List<String> line = List.of(program.toString(), "-q", "-db", "-f", settings.toString());
    ServerProcess proxy = ServerProcess.start(name, port, line, folder);
    try {
      proxy.awaitReady();
    } catch (IOException | InterruptedException e) {
      proxy.close();
      throw e;
    }
    return proxy;
  }

  private static String settings(Form form, int port, int upstreamPort) {
    return """
    global
      nbthread 2
      maxconn 4096

    defaults
      mode http
      timeout connect 5s
      timeout client 60s
      timeout server 60s
      %s

    listen hop
      bind 127.0.0.1:%d
      server next 127.0.0.1:%d
    """
        .formatted(form.setting, port, upstreamPort);
  }
}
