package edge.starling.deployments;

import static edge.starling.deployments.Http.header;
import static edge.starling.deployments.Http.text;
import static edge.starling.deployments.TestCluster.NOOP;
import static edge.starling.deployments.TestCluster.eventually;
import static edge.starling.deployments.TestCluster.testing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where calls run under each scheduling policy. */
class PoliciesIT {
  /** Tells the nodes apart by their data folders: on n0 it takes its time, elsewhere none. */
  private static final String SLOW_ON_N0 =
      """
      #!/bin/sh
      case "$PWD" in */n0/*) exec sleep 1000;; esac
      echo fast
      """;

  @Test
  void localFirstSpillsToTheNeighbourWhenItsOwnSlotsAreFull() {
    try (TestCluster cluster = TestCluster.of(2, "invoker.slots=2")) {
      provide(cluster, "sleep", testing("sleep"), 2);

      for (int i = 0; i < 4; i++) {
        assertThat(header(cluster.call(0, "sleep", "1"), "X-Served-By")).isEqualTo("n0");
      }
      assertThat(servedBy(callAtOnce(cluster, 0, "sleep", "3000", 4)))
          .containsEntry("n0", 2L)
          .containsEntry("n1", 2L);
      assertThat(servedBy(callAtOnce(cluster, 0, "sleep", "300", 60))).containsKeys("n0", "n1");
      assertThat(cluster.counts(0, "sleep").get("completed").asInt()).isEqualTo(68);
      assertThat(cluster.counts(0, "sleep").get("failed").asInt()).isZero();
      cluster.awaitIdle();
    }
  }

  @Test
  void aCallWhoseClientHasGoneDoesNotStart() {
    try (TestCluster cluster = TestCluster.of(2, "invoker.slots=1")) {
      cluster.deploy(0, "sleep", testing("sleep"));
      CompletableFuture<HttpResponse<byte[]>> running = cluster.callLater(1, "sleep", "1500");
      eventually(() -> assertCount(cluster, "sleep", "running", 1));
      List<CompletableFuture<HttpResponse<byte[]>>> waiting =
          IntStream.range(0, 5).mapToObj(i -> cluster.callLater(1, "sleep", "1")).toList();
      eventually(() -> assertCount(cluster, "sleep", "queued", 5));

      waiting.subList(0, 4).forEach(call -> call.cancel(true));

      eventually(() -> assertCount(cluster, "sleep", "queued", 1));
      assertThat(running.join().statusCode()).isEqualTo(200);
      assertThat(waiting.get(4).join().statusCode()).isEqualTo(200);
      assertCount(cluster, "sleep", "completed", 2);
      cluster.awaitIdle();
    }
  }

  @Test
  void leastInProgressSpreadsEvenly() {
    try (TestCluster cluster = TestCluster.of(3, "routing.policy=least-in-progress")) {
      provide(cluster, "sleep", testing("sleep"), 3);

      assertThat(servedBy(callOneAfterTheOther(cluster, 1, "sleep", "0", 30)))
          .isEqualTo(Map.of("n0", 10L, "n1", 10L, "n2", 10L));
      assertThat(servedBy(callAtOnce(cluster, 1, "sleep", "400", 18)))
          .isEqualTo(Map.of("n0", 6L, "n1", 6L, "n2", 6L));
      cluster.awaitIdle();
    }
  }

  @Test
  void roundRobinTakesTheProvidersInTurn() {
    try (TestCluster cluster = TestCluster.of(3, "routing.policy=round-robin")) {
      provide(cluster, "noop", NOOP, 2);

      for (int node : new int[] {0, 2}) {
        List<String> servers =
            callOneAfterTheOther(cluster, node, "noop", "", 10).stream()
                .map(answer -> header(answer, "X-Served-By"))
                .toList();
        assertThat(servers)
            .containsExactly("n0", "n1", "n0", "n1", "n0", "n1", "n0", "n1", "n0", "n1");
      }
      cluster.awaitIdle();
    }
  }

  @Test
  void raceAllTakesTheFirstAnswerAndCancelsTheOthers(@TempDir Path folder) throws IOException {
    Path script = Files.writeString(folder.resolve("slow-on-n0"), SLOW_ON_N0);
    try (TestCluster cluster = TestCluster.of(3, "routing.policy=race-all")) {
      cluster.deploy(0, "race", script, "runtime", "process");
      cluster.put(1, "race", null);
      provide(cluster, "noop", NOOP, 2);

      for (int i = 1; i <= 5; i++) {
        HttpResponse<byte[]> answer = cluster.call(2, "race", "");
        assertThat(text(answer)).isEqualTo("fast\n");
        assertThat(header(answer, "X-Served-By")).isEqualTo("n1");
        int won = i;
        eventually(() -> assertCount(cluster, "race", "running", 0));
        assertCount(cluster, "race", "completed", won);
        assertCount(cluster, "race", "failed", won);
      }
      cluster.awaitIdle();

      assertThat(servedBy(callAtOnce(cluster, 2, "noop", "", 40))).isNotEmpty();
      cluster.awaitIdle();
      JsonNode counts = cluster.counts(2, "noop");
      assertThat(counts.get("completed").asInt()).isBetween(40, 80);
      assertThat(counts.get("completed").asInt() + counts.get("failed").asInt()).isBetween(40, 80);
      assertThat(header(cluster.call(1, "noop", ""), "X-Served-By")).isEqualTo("n1");
      cluster.awaitIdle();
    }
  }

  @Test
  void anUnknownPolicyIsRefusedAtTheStart() {
    assertThatThrownBy(() -> TestCluster.of(1, "routing.policy=best").close())
        .hasMessageContainingAll("routing.policy", "best", "local-first", "round-robin");
  }

  private static void provide(TestCluster cluster, String name, Path handler, int providers) {
    for (int node = 0; node < providers; node++) {
      assertThat(cluster.put(node, name, handler).statusCode()).isEqualTo(201);
    }
  }

  private static void assertCount(TestCluster cluster, String name, String count, int expected) {
    assertThat(cluster.counts(0, name).get(count).asInt()).as(count).isEqualTo(expected);
  }

  private static List<HttpResponse<byte[]>> callOneAfterTheOther(
      TestCluster cluster, int node, String name, String body, int calls) {
    List<HttpResponse<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      answers.add(cluster.call(node, name, body));
    }
    return answers;
  }

  private static List<HttpResponse<byte[]>> callAtOnce(
      TestCluster cluster, int node, String name, String body, int calls) {
    List<CompletableFuture<HttpResponse<byte[]>>> underWay =
        IntStream.range(0, calls).mapToObj(i -> cluster.callLater(node, name, body)).toList();
    return underWay.stream().map(CompletableFuture::join).toList();
  }

  /** How many of the answers, which all are good, came from which node. */
  private static Map<String, Long> servedBy(List<HttpResponse<byte[]>> answers) {
    assertThat(answers)
        .allSatisfy(one -> assertThat(one.statusCode()).as(text(one)).isEqualTo(200));
    return answers.stream()
        .collect(
            Collectors.groupingBy(answer -> header(answer, "X-Served-By"), Collectors.counting()));
  }
}
