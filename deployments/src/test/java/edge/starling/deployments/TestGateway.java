package edge.starling.deployments;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import edge.starling.deployments.client.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that is not ours: a Go program on OpenFaaS's own faas-provider module, built and run
 * here. Where Go or the module cannot be had, the tests that need it are skipped.
 */
final class TestGateway implements AutoCloseable {
  static final String PASSWORD = "only for tests";
  private static final Path SOURCE = Path.of("../loadtest/gateway").toAbsolutePath();
  private static final Path PROGRAM = Path.of("target/gateway/gateway").toAbsolutePath();
  private static final long BUILD_MINUTES = 5;

  private final Http http = new Http();
  private final Path credentials;
  private final int port;
  private @Nullable Process process;

  private TestGateway(Path credentials, int port) {
    this.credentials = credentials;
    this.port = port;
  }

  /** Builds and starts it, or skips the test and says why. */
  static TestGateway start() {
    assumeTrue(isBuilt(), "the Go gateway cannot be built here: go or its modules are missing");
    try {
      Path credentials = Files.createTempDirectory("starling-gateway");
      Files.writeString(credentials.resolve("basic-auth-user"), "admin");
      Files.writeString(credentials.resolve("basic-auth-password"), PASSWORD);
      try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        TestGateway gateway = new TestGateway(credentials, probe.getLocalPort());
        probe.close();
        gateway.run();
        return gateway;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized boolean isBuilt() {
    try {
      Files.createDirectories(PROGRAM.getParent());
      Process build =
          new ProcessBuilder("go", "build", "-o", PROGRAM.toString(), ".")
              .directory(SOURCE.toFile())
              .redirectErrorStream(true)
              .redirectOutput(PROGRAM.resolveSibling("build.log").toFile())
              .start();
      return build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES) && build.exitValue() == ExitCode.OK;
    } catch (IOException noGo) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Again, without any function, at the same port. */
  void run() {
    try {
      process =
          new ProcessBuilder(
                  PROGRAM.toString(), "-port", "" + port, "-credentials", credentials.toString())
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(PROGRAM.resolveSibling("run.log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> get("/healthz").statusCode() == 200);
  }

  /** It and all that it knows are gone. */
  void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** What a node with this gateway is started with. */
  List<String> settings() {
    return List.of(
        "runtimes.openfaas.gateway=" + url(),
        "runtimes.openfaas.password=" + PASSWORD,
        "runtimes.openfaas.check-interval=100ms");
  }

  HttpResponse<byte[]> get(String path) {
    return http.send(request(path).GET().build());
  }

  HttpResponse<byte[]> send(String method, String path, String json) {
    return http.send(request(path).method(method, BodyPublishers.ofString(json)).build());
  }

  private HttpRequest.Builder request(String path) {
    String login = "admin:" + PASSWORD;
    return HttpRequest.newBuilder(URI.create(url() + path))
        .timeout(Duration.ofSeconds(20))
        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login.getBytes()));
  }

  @Override
  public void close() {
    kill();
    for (String file : List.of("basic-auth-user", "basic-auth-password", "")) {
      if (!credentials.resolve(file).toFile().delete()) {
        throw new IllegalStateException(credentials.resolve(file) + " stays");
      }
    }
  }
}
