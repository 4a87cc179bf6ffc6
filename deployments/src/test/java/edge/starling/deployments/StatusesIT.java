package edge.starling.deployments;

import static edge.starling.deployments.Http.header;
import static edge.starling.deployments.Http.json;
import static edge.starling.deployments.Http.problem;
import static edge.starling.deployments.Http.text;
import static edge.starling.deployments.Http.texts;
import static edge.starling.deployments.TestCluster.ECHO;
import static edge.starling.deployments.TestCluster.WORDCOUNT;
import static edge.starling.deployments.TestCluster.eventually;
import static edge.starling.deployments.TestCluster.testing;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each status that is no function's own. The functions live on the first of three nodes, which all
 * have one slot and no queue.
 */
class StatusesIT {
  private static final int FORWARDED = 2;
  private static final int KIB = 1024;

  private static final String HANDLER =
      """
      import os, sys, time

      def handle(req):
          if req == "raise":
              print("on stderr", file=sys.stderr)
              raise ValueError("no such thing")
          if req == "exit":
              sys.exit("left early")
          if req == "die":
              os._exit(7)
          time.sleep(float(req))
          return "woke up"
      """;

  @TempDir private static Path folder;
  private static TestCluster cluster;

  @BeforeAll
  static void start() throws IOException {
    cluster =
        TestCluster.of(
            3,
            "invoker.slots=1",
            "invoker.queue=0",
            "http.max-body=1MiB",
            "deployment.max-artefact=64KiB",
            "process.kill-after=2s");
    for (String module : new String[] {"cgi", "exit3", "loop", "sleep", "trap"}) {
      cluster.deploy(0, module, testing(module));
    }
    cluster.deploy(0, "echo", ECHO);
    cluster.deploy(0, "python", file("handler.py", HANDLER));
  }

  @AfterAll
  static void stop() {
    try (TestCluster idle = cluster) {
      idle.awaitIdle();
    }
  }

  @Test
  void aDeploymentIsCreatedChangedAndRemoved() {
    assertThat(cluster.deploy(1, "tide", ECHO).statusCode()).isEqualTo(201);
    assertThat(cluster.put(1, "tide", ECHO).statusCode()).isEqualTo(200);
    assertThat(cluster.put(1, "tide", testing("cgi")).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> removed = cluster.delete(1, "/functions/deployments/tide");
    assertThat(removed.statusCode()).isEqualTo(204);
    assertThat(removed.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/functions?limit=0, limit",
    "/functions?limit=many, limit",
    "/functions?after=No_Name, after"
  })
  void aMalformedQueryIs400(String path, String named) {
    assertThat(problem(cluster.get(0, path), 400, "malformed-request")).contains(named);
  }

  @ParameterizedTest
  @CsvSource({
    "memory_mb, many",
    "memory_mb, 0",
    "timeout_ms, -1",
    "runtime, docker",
    "env, KEY",
    "env, 1A=2",
    "name, No_Name",
    "name, deployments",
    "colour, blue"
  })
  void aMalformedFieldIs400(String field, String value) {
    HttpResponse<byte[]> answer =
        cluster.send(
            Http.with(
                cluster.request(0, "/functions/deployments"),
                "POST",
                Http.form(ECHO, field, value)));

    assertThat(problem(answer, 400, "malformed-request")).contains(field);
  }

  @Test
  void aDeploymentThatIsNoFormOrHasNoHandlerIs400() {
    HttpResponse<byte[]> noForm =
        cluster.send(
            cluster
                .request(0, "/functions/deployments")
                .POST(BodyPublishers.ofString("{}"))
                .header("Content-Type", "application/json")
                .build());
    assertThat(problem(noForm, 400, "malformed-request")).contains("multipart/form-data");

    HttpResponse<byte[]> noHandler =
        cluster.send(
            Http.with(
                cluster.request(0, "/functions/deployments"),
                "POST",
                Http.form(null, "name", "no-handler")));
    assertThat(problem(noHandler, 400, "malformed-request")).contains("handler");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "5", "0ms", "-1s", "2h"})
  void aMalformedTimeoutIs400(String timeout) {
    assertThat(problem(callWithin(FORWARDED, "echo", "x", timeout), 400, "malformed-request"))
        .contains("X-Timeout");
  }

  @Test
  void whatIsNotThereIs404() {
    problem(cluster.get(1, "/functions/none"), 404, "unknown-function");
    problem(cluster.call(1, "none", "x"), 404, "unknown-function");
    problem(cluster.put(1, "none", null), 404, "unknown-function");
    problem(cluster.delete(1, "/functions/deployments/none"), 404, "unknown-function");
    problem(
        cluster.delete(1, "/functions/deployments/none?everywhere=true"), 404, "unknown-function");
    problem(cluster.get(1, "/none"), 404, "not-found");
    problem(cluster.get(1, "/api/v1/nodes"), 404, "not-found");
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /functions, 'GET, HEAD'",
    "GET, /functions/deployments/echo, 'DELETE, PUT'",
    "PUT, /functions/echo/executions, POST",
    "PUT, /api/v1/functions/echo/executions, POST",
    "POST, /nodes, 'GET, HEAD'",
    "POST, /healthz, 'GET, HEAD'",
    "TRACE, /function/echo, 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'"
  })
  void aMethodThatIsNotAllowedIs405(String method, String path, String allowed) {
    HttpResponse<byte[]> answer =
        cluster.send(cluster.request(1, path).method(method, BodyPublishers.noBody()).build());

    problem(answer, 405, "method-not-allowed");
    assertThat(header(answer, "Allow")).isEqualTo(allowed);
  }

  @Test
  void aTakenNameIs409() {
    problem(cluster.deploy(1, "echo", ECHO), 409, "taken");
  }

  @Test
  void aBodyOverTheLimitIs413() throws IOException {
    byte[] fits = new byte[KIB * KIB];
    byte[] tooLarge = new byte[KIB * KIB + 1];

    assertThat(cluster.call(FORWARDED, "echo", fits).body()).isEqualTo(fits);
    assertThat(problem(cluster.call(FORWARDED, "echo", tooLarge), 413, "body-too-large"))
        .contains("http.max-body");
    String document = "{\"body\": \"" + "x".repeat(KIB * KIB) + "\"}";
    problem(cluster.execute(FORWARDED, "echo", document), 413, "body-too-large");
    Path large = Files.write(folder.resolve("large.wasm"), new byte[64 * KIB + 1]);
    assertThat(problem(cluster.deploy(0, "large", large), 413, "body-too-large"))
        .contains("deployment.max-artefact");
  }

  @Test
  void aFunctionThatCannotBeBuiltOrLoadedIs422() throws IOException {
    Path garbage = Files.write(folder.resolve("g.wasm"), new byte[] {0, 'a', 's', 'm', 1, 2, 3});
    problem(cluster.deploy(0, "garbage", garbage), 422, "unfit");
    assertThat(problem(cluster.deploy(0, "text", file("text", "hello")), 422, "unfit"))
        .contains("runtime");
    assertThat(
            problem(
                cluster.deploy(0, "text", file("text", "hello"), "runtime", "process"),
                422,
                "unfit"))
        .contains("#!");
    Path elf = Files.write(folder.resolve("elf"), new byte[] {0x7f, 'E', 'L', 'F'});
    assertThat(problem(cluster.deploy(0, "elf", elf, "runtime", "process"), 422, "unfit"))
        .contains("ELF header");
    assertThat(
            problem(
                cluster.deploy(0, "alone", file("a.sh", "#!/no/such\n"), "runtime", "process"),
                422,
                "unfit"))
        .contains("/no/such");
    assertThat(problem(cluster.deploy(0, "empty", file("empty.py", "x = 1")), 422, "unfit"))
        .contains("handle");
    assertThat(problem(cluster.deploy(0, "broken", file("broken.py", "def f(:")), 422, "unfit"))
        .contains("SyntaxError");
    for (String name : new String[] {"garbage", "text", "elf", "alone", "empty", "broken"}) {
      problem(cluster.get(0, "/functions/" + name), 404, "unknown-function");
    }
  }

  @Test
  void aFunctionThatFailsIs500WithTheEndOfItsStderr() {
    for (int node : new int[] {0, FORWARDED}) {
      HttpResponse<byte[]> exited = cluster.call(node, "exit3", "");
      assertThat(problem(exited, 500, "function-error")).contains("exiting with code 3");
      assertThat(header(exited, "X-Served-By")).isEqualTo("n0");
      HttpResponse<byte[]> raised = cluster.call(node, "python", "raise");
      assertThat(problem(raised, 500, "function-error"))
          .contains("ValueError: no such thing", "handler.py");
      assertThat(problem(cluster.call(node, "python", "exit"), 500, "function-error"))
          .contains("left early");
    }
  }

  @Test
  void anExecutableThatFailsIs500WithTheEndOfItsStderr() throws IOException {
    Path script = file("fail.sh", "#!/bin/sh\necho to stdout\necho to stderr >&2\nexit 4\n");
    cluster.deploy(0, "fail", script, "runtime", "process");

    assertThat(problem(cluster.call(FORWARDED, "fail", "x"), 500, "function-error"))
        .contains("to stderr", "4")
        .doesNotContain("to stdout");
  }

  @Test
  void aRuntimeThatIsSwitchedOffIs501AndNamesTheSetting() {
    try (TestCluster without = TestCluster.of(1, "runtimes.process.enabled=false")) {
      HttpResponse<byte[]> answer = without.deploy(0, "wordcount", WORDCOUNT);

      assertThat(problem(answer, 501, "switched-off")).contains("runtimes.process.enabled");
      assertThat(without.deploy(0, "echo", ECHO).statusCode()).isEqualTo(201);
      problem(without.call(0, "wordcount", "x"), 404, "unknown-function");
    }
  }

  @Test
  void aRuntimeThatBreaksIs502() {
    for (int node : new int[] {0, FORWARDED}) {
      assertThat(problem(cluster.call(node, "trap", ""), 502, "runtime-error"))
          .contains("about to trap");
    }
    problem(cluster.call(FORWARDED, "python", "die"), 502, "runtime-error");
    eventually(() -> assertThat(text(cluster.call(FORWARDED, "python", "0"))).isEqualTo("woke up"));
  }

  @Test
  void whatIsNoAnswerIs502() throws IOException {
    // deployed without cgi_response=true it is an answer; with it, echo's is none
    cluster.deploy(0, "no-cgi", ECHO, "env", "cgi_response=true");
    problem(cluster.call(FORWARDED, "no-cgi", "no header block"), 502, "runtime-error");
    assertThat(text(cluster.call(FORWARDED, "cgi", ""))).startsWith("Status: 418");

    cluster.deploy(0, "wordy", file("wordy.py", "def handle(req):\n    return 'x' * (1 << 21)"));
    assertThat(problem(cluster.call(FORWARDED, "wordy", ""), 502, "runtime-error"))
        .contains("http.max-body");
  }

  @Test
  void whereNobodyHasRoomItIs503WithRetryAfter() {
    cluster.deploy(0, "rest", testing("sleep"));
    cluster.put(1, "rest", null);
    CompletableFuture<HttpResponse<byte[]>> first = cluster.callLater(0, "rest", "3000");
    eventually(() -> assertThat(cluster.counts(0, "rest").get("running").asInt()).isEqualTo(1));
    CompletableFuture<HttpResponse<byte[]>> second = cluster.callLater(0, "rest", "3000");
    eventually(() -> assertThat(cluster.counts(0, "rest").get("running").asInt()).isEqualTo(2));

    for (int node = 0; node < 3; node++) {
      HttpResponse<byte[]> refused = cluster.call(node, "rest", "1");
      problem(refused, 503, "queue-full");
      assertThat(header(refused, "Retry-After")).matches("[1-9]\\d*");
    }

    assertThat(text(first.join())).isEqualTo("slept 3000\n");
    assertThat(text(second.join())).isEqualTo("slept 3000\n");
    assertThat(header(first.join(), "X-Served-By") + header(second.join(), "X-Served-By"))
        .isEqualTo("n0n1");
    cluster.awaitIdle();
    assertThat(text(cluster.call(FORWARDED, "rest", "1"))).isEqualTo("slept 1\n");
  }

  @Test
  void whereNoProviderIsAliveItIs503AndTheDescriptionOutlivesIt() {
    cluster.deploy(1, "outlived", ECHO);
    cluster.stop(1);
    eventually(() -> assertThat(json(cluster.get(0, "/nodes")).get("nodes")).hasSize(2));

    HttpResponse<byte[]> refused = cluster.call(0, "outlived", "x");
    problem(refused, 503, "no-provider");
    assertThat(header(refused, "Retry-After")).matches("[1-9]\\d*");
    problem(cluster.execute(FORWARDED, "outlived", "{}"), 503, "no-provider");
    HttpResponse<byte[]> described = cluster.get(0, "/functions/outlived");
    assertThat(described.statusCode()).isEqualTo(200);
    assertThat(json(described).get("providers")).isEmpty();
    assertThat(cluster.deploy(0, "outlived", ECHO).statusCode()).isEqualTo(409);

    cluster.restart(1);
    eventually(() -> assertThat(text(cluster.call(0, "outlived", "x"))).isEqualTo("x"));
    assertThat(texts(json(cluster.get(0, "/functions/outlived")).get("providers")))
        .containsExactly("n1");
  }

  @Test
  void aCallOverItsTimeIs504AndLeavesNothingBehind() {
    for (int node : new int[] {0, FORWARDED}) {
      long before = System.nanoTime();
      problem(callWithin(node, "loop", "", "200ms"), 504, "deadline");
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(Duration.ofMillis(200), Duration.ofSeconds(10));
      cluster.awaitIdle();
      assertThat(text(cluster.call(node, "echo", "works on"))).isEqualTo("works on");
    }
    assertThat(cluster.counts(0, "loop").get("failed").asInt()).isEqualTo(2);
  }

  @Test
  void theFunctionsOwnTimeLimitIs504() {
    cluster.deploy(0, "limited", testing("loop"), "timeout_ms", "300");

    problem(cluster.call(FORWARDED, "limited", ""), 504, "deadline");
    problem(callWithin(FORWARDED, "limited", "", "1h"), 504, "deadline");
    cluster.awaitIdle();
  }

  @Test
  void aPythonHandlerOverItsTimeKeepsItsSlotUntilItReturnsOrIsEnded() {
    for (String seconds : new String[] {"1", "1000"}) {
      problem(callWithin(FORWARDED, "python", seconds, "200ms"), 504, "deadline");
      assertThat(cluster.counts(0, "python").get("running").asInt()).isEqualTo(1);
      cluster.awaitIdle();
      eventually(
          () -> assertThat(text(cluster.call(FORWARDED, "python", "0"))).isEqualTo("woke up"));
    }
  }

  private static HttpResponse<byte[]> callWithin(
      int node, String function, String body, String timeout) {
    return cluster.send(
        cluster
            .request(node, "/function/" + function)
            .header("X-Timeout", timeout)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  private static Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
