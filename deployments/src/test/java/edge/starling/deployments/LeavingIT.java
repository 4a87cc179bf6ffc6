package edge.starling.deployments;

import static edge.starling.deployments.Http.header;
import static edge.starling.deployments.Http.json;
import static edge.starling.deployments.Http.problem;
import static edge.starling.deployments.Http.text;
import static edge.starling.deployments.TestCluster.NOOP;
import static edge.starling.deployments.TestCluster.eventually;
import static edge.starling.deployments.TestCluster.testing;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A provider that leaves while it is called: of three nodes the first two provide the functions,
 * the first one leaves.
 */
class LeavingIT {
  private static final int CALLERS = 6;
  private static final int ENOUGH = 100;

  @TempDir private static Path folder;
  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.of(3);
    cluster.deploy(0, "only-here", testing("sleep"));
    for (int node = 0; node < 2; node++) {
      cluster.put(node, "noop", NOOP);
      cluster.put(node, "sleep", testing("sleep"));
    }
  }

  @AfterAll
  static void stop() {
    try (TestCluster idle = cluster) {
      idle.awaitIdle();
    }
  }

  @AfterEach
  void comeBack() {
    cluster.restart(0);
    assertThat(header(cluster.call(0, "noop", ""), "X-Served-By")).isEqualTo("n0");
  }

  @Test
  void nothingFailsWhileANodeDrains() throws Exception {
    CompletableFuture<HttpResponse<byte[]>> inProgress = cluster.callLater(2, "sleep", "1500");
    CompletableFuture<HttpResponse<byte[]>> alsoInProgress = cluster.callLater(0, "sleep", "1500");
    eventually(() -> assertThat(cluster.counts(1, "sleep").get("running").asInt()).isEqualTo(2));
    List<HttpResponse<byte[]>> answers;
    try (Load atAll = Load.of(CALLERS, i -> cluster.call(i % 3, "sleep", "5"))) {
      atAll.await(ENOUGH);
      cluster.node(0).drain();
      problem(cluster.get(0, "/readyz"), 503, "not-ready");
      assertThat(stateOfLeaving()).isEqualTo("draining");
      assertThat(header(cluster.call(0, "noop", ""), "X-Served-By")).isEqualTo("n1");
      problem(cluster.deploy(0, "late", NOOP), 503, "draining");
      atAll.await(ENOUGH);
      answers = atAll.end();
    }
    try (Load atTheOthers = Load.of(CALLERS, i -> cluster.call(1 + i % 2, "sleep", "5"))) {
      atTheOthers.await(ENOUGH);
      cluster.stop(0);
      atTheOthers.await(ENOUGH);
      answers.addAll(atTheOthers.end());
    }

    assertAllGood(answers);
    assertThat(List.of(text(inProgress.join()), text(alsoInProgress.join())))
        .containsOnly("slept 1500\n");
  }

  @Test
  void aCordonedNodePassesCallsOnUntilItIsActiveAgain() throws Exception {
    List<HttpResponse<byte[]>> answers;
    try (Load atAll = Load.of(CALLERS, i -> cluster.call(i % 3, "sleep", "5"))) {
      atAll.await(ENOUGH);
      assertThat(text(putState("cordoned"))).contains("\"state\":\"cordoned\"");
      assertThat(header(cluster.call(0, "noop", ""), "X-Served-By")).isEqualTo("n1");
      assertThat(cluster.get(0, "/readyz").statusCode()).isEqualTo(200);
      eventually(() -> assertThat(stateOfLeaving()).isEqualTo("cordoned"));
      problem(cluster.call(0, "only-here", "1"), 503, "no-provider");
      assertThat(text(putState("draining"))).contains("\"state\":\"draining\"");
      problem(cluster.get(0, "/readyz"), 503, "not-ready");
      atAll.await(ENOUGH);
      assertThat(text(putState("active"))).contains("\"state\":\"active\"");
      assertThat(header(cluster.call(0, "noop", ""), "X-Served-By")).isEqualTo("n0");
      eventually(() -> assertThat(stateOfLeaving()).isEqualTo("normal"));
      answers = atAll.end();
    }
    cluster.stop(0);

    assertAllGood(answers);
  }

  @Test
  void aNodeThatStopsTellsWhoWaitsForItsCalls() {
    cluster.deploy(2, "elsewhere", testing("sleep"));
    List<CompletableFuture<HttpResponse<byte[]>>> calls =
        List.of(
            cluster.callLater(0, "sleep", "50000"),
            cluster.callLater(0, "elsewhere", "50000"),
            cluster.callLater(2, "only-here", "50000"));
    eventually(
        () -> {
          assertThat(cluster.counts(1, "sleep").get("running").asInt()).isEqualTo(1);
          assertThat(cluster.counts(1, "elsewhere").get("running").asInt()).isEqualTo(1);
          assertThat(cluster.counts(1, "only-here").get("running").asInt()).isEqualTo(1);
        });
    long before = System.nanoTime();

    cluster.stop(0);

    for (CompletableFuture<HttpResponse<byte[]>> call : calls) {
      problem(call.join(), 502, "provider-lost");
    }
    eventually(() -> assertThat(cluster.counts(1, "elsewhere").get("running").asInt()).isZero());
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void callsThatMayRunAgainSurviveTheirProvider(boolean crashes) throws Exception {
    try (Load load = Load.of(CALLERS, i -> cluster.get(1 + i % 2, "/function/noop"))) {
      load.await(ENOUGH);
      end(crashes);
      load.await(ENOUGH);
      cluster.restart(0);
      load.await(ENOUGH);

      assertAllGood(load.end());
    }
    cluster.stop(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void otherCallsNeverRunTwice(boolean crashes) throws Exception {
    Path log = folder.resolve("log-" + crashes);
    Path script =
        Files.writeString(
            folder.resolve("append"),
            "#!/bin/sh\nread -r call\necho \"$call\" >> \"$LOG\"\nsleep 0.02\necho \"$call\"\n");
    for (int node = 0; node < 2; node++) {
      HttpResponse<byte[]> put =
          cluster.put(node, "append", script, "runtime", "process", "env", "LOG=" + log);
      assertThat(put.statusCode()).as(text(put)).isIn(200, 201);
    }
    List<HttpResponse<byte[]>> answers;
    try (Load load = Load.of(CALLERS, i -> cluster.call(2, "append", i + "\n"))) {
      load.await(ENOUGH);
      end(crashes);
      load.await(ENOUGH);
      answers = load.end();
    }

    Map<String, Long> runs =
        Files.readAllLines(log).stream()
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    assertThat(runs.values()).containsOnly(1L);
    for (HttpResponse<byte[]> answer : answers) {
      if (answer.statusCode() == 200) {
        assertThat(runs).containsKey(text(answer).strip());
      } else {
        problem(answer, 502, "provider-lost");
        assertThat(json(answer).get("started").asText()).isEqualTo("unknown");
      }
    }
    assertThat(answers.stream().filter(answer -> answer.statusCode() != 200))
        .hasSizeLessThanOrEqualTo(CALLERS);
  }

  private static void end(boolean crashes) {
    if (crashes) {
      cluster.crash(0);
    } else {
      cluster.stop(0);
    }
  }

  private static HttpResponse<byte[]> putState(String state) {
    return cluster.send(
        cluster
            .request(0, "/nodes/self/state")
            .PUT(BodyPublishers.ofString("{\"state\":\"" + state + "\"}"))
            .build());
  }

  private static String stateOfLeaving() {
    for (JsonNode node : json(cluster.get(2, "/nodes")).get("nodes")) {
      if (node.get("name").asText().equals("n0")) {
        return node.get("state").asText();
      }
    }
    return "gone";
  }

  private static void assertAllGood(List<HttpResponse<byte[]>> answers) {
    assertThat(answers)
        .allSatisfy(one -> assertThat(one.statusCode()).as(text(one)).isEqualTo(200));
  }
}
