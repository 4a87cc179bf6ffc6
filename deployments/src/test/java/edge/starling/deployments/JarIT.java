package edge.starling.deployments;

import static edge.starling.deployments.Http.problem;
import static edge.starling.deployments.Http.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as users run it: a process of its own. */
class JarIT {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Pattern READY = Pattern.compile("(?m)^.*node-a is ready: (http://\\S+)$");
  private static final int ENDED_BY_SIGTERM = 128 + 15;

  @TempDir private Path folder;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void aNodeSaysWhenItIsReadyAndLeavesInOrderOnSigterm() throws Exception {
    Process node =
        starling(
            "node",
            "--name=node-a",
            "--http-port=0",
            "--cluster-port=0",
            "--data=" + folder.resolve("data"));
    await().atMost(MINUTE).until(() -> READY.matcher(out()).find() || !node.isAlive());
    Matcher ready = READY.matcher(out());
    assertThat(ready.find()).as(err()).isTrue();

    URI health = URI.create(ready.group(1) + "/healthz");
    assertThat(
            HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(health).build(), BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(200);

    node.destroy();
    assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(node.exitValue()).isEqualTo(ENDED_BY_SIGTERM);
    assertThat(out()).hasLineCount(1);
    assertThat(err()).contains("node-a.1 drains", "node-a.1 has stopped").doesNotContain("\tat ");
  }

  @Test
  void aNodeThatLeavesRefusesToTakeFunctionsIn() throws Exception {
    Process node =
        starling(
            "node",
            "--name=node-a",
            "--http-port=0",
            "--cluster-port=0",
            "--data=" + folder.resolve("data"));
    await().atMost(MINUTE).until(() -> READY.matcher(out()).find() || !node.isAlive());
    Matcher ready = READY.matcher(out());
    assertThat(ready.find()).as(err()).isTrue();
    String url = ready.group(1);
    Http http = new Http();
    assertThat(http.send(deployment(url, "sleep")).statusCode()).isEqualTo(201);
    CompletableFuture<HttpResponse<byte[]>> inProgress =
        http.sendLater(
            HttpRequest.newBuilder(URI.create(url + "/function/sleep"))
                .POST(BodyPublishers.ofString("5000"))
                .build());
    HttpRequest loads = HttpRequest.newBuilder(URI.create(url + "/nodes")).build();
    await().until(() -> text(http.send(loads)).contains("\"running\":1"));

    node.destroy();

    await().until(() -> err().contains("node-a.1 drains"));
    await().untilAsserted(() -> problem(http.send(deployment(url, "late")), 503, "draining"));
    assertThat(text(inProgress.join())).isEqualTo("slept 5000\n");
    assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(err()).doesNotContain("\tat ");
  }

  @Test
  void aNodeThatCannotMeetItsPeersSaysWhyInOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process node =
          starling(
              "node",
              "--http-port=0",
              "--cluster-port=" + taken.getLocalPort(),
              "--data=" + folder.resolve("data"));

      assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(node.exitValue()).isEqualTo(1);
      assertThat(err()).contains("cluster.port", "" + taken.getLocalPort()).hasLineCount(1);
    }
  }

  @Test
  void theDemoProvesItselfAndLeavesNothingBehind() throws Exception {
    Process demo = starling("demo", "--exit", "--port=0");

    assertThat(demo.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(out()).contains("✓", "curl -d 'hello' http://127.0.0.1:").doesNotContain("✗");
    assertThat(demo.exitValue()).isZero();
    assertThat(folder.resolve("tmp")).isDirectoryNotContaining("glob:**starling*");
  }

  @Test
  void theDemoStaysUntilItIsEndedAndLeavesNothingBehind() throws Exception {
    Process demo = starling("demo", "--nodes=1", "--port=0");
    await().atMost(MINUTE).until(() -> out().contains("Ctrl-C ends it.") || !demo.isAlive());
    assertThat(demo.isAlive()).as(out() + err()).isTrue();

    demo.destroy();
    assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(folder.resolve("tmp")).isDirectoryNotContaining("glob:**starling*");
  }

  private static HttpRequest deployment(String url, String name) {
    return Http.with(
        HttpRequest.newBuilder(URI.create(url + "/functions/deployments")),
        "POST",
        Http.form(TestCluster.testing("sleep"), "name", name));
  }

  private Process starling(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx384m");
    command.add("-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")));
    command.addAll(List.of("-jar", Path.of("target", "starling.jar").toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    processes.add(process);
    return process;
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }
}
