package edge.starling.loadtest.servers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Builds and starts an OpenFaaS gateway that is not ours: the Go program in {@code
 * loadtest/gateway}, on OpenFaaS's faas-provider.
 */
public final class Gateway {
  private static final Path SOURCE = Path.of("loadtest", "gateway");
  private static final long BUILD_MINUTES = 5;

  private Gateway() {}

  /** Why it cannot be had here; nothing where it can. */
  public static Optional<String> missing() {
    if (!Files.isRegularFile(SOURCE.resolve("main.go"))) {
      return Optional.of(SOURCE + " is not there: run this from the repository's root");
    }
    String path = System.getenv().getOrDefault("PATH", "");
    boolean hasGo =
        Arrays.stream(path.split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "go")));
    return hasGo ? Optional.empty() : Optional.of("go is not installed");
  }

  /**
   * @param folder for the program and its log
   * @throws IOException also where it cannot be built
   */
  public static ServerProcess start(Path folder) throws IOException, InterruptedException {
    Path program = folder.resolve("gateway").toAbsolutePath();
    Path log = folder.resolve("gateway-build.log");
    Process build =
        new ProcessBuilder("go", "build", "-o", program.toString(), ".")
            .directory(SOURCE.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES) || build.exitValue() != 0) {
      build.destroyForcibly();
      throw new IOException("the gateway cannot be built:\n" + Files.readString(log));
    }
    int port = FreePorts.take(1).get(0);
    List<String> line = List.of(program.toString(), "-port", String.valueOf(port));
    ServerProcess gateway = ServerProcess.start("gateway", port, line, folder);
    try {
      gateway.awaitReady();
    } catch (IOException | InterruptedException e) {
      gateway.close();
      throw e;
    }
    return gateway;
  }
}
