package edge.starling.deployments;

import static edge.starling.deployments.Http.header;
import static edge.starling.deployments.Http.json;
import static edge.starling.deployments.Http.text;
import static edge.starling.deployments.TestCluster.NOOP;
import static edge.starling.deployments.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A rush at one node of three, which take a set number of calls a second. */
class OverloadIT {
  private static final int[] RATES = {10, 20, 30};

  private TestCluster cluster;

  /** The answers to a rush, and in how many windows of a second they may have been admitted. */
  private record Rush(List<HttpResponse<byte[]>> answers, long windows) {
    List<HttpResponse<byte[]>> withStatus(int status) {
      return answers.stream().filter(answer -> answer.statusCode() == status).toList();
    }

    Map<String, Long> served() {
      return withStatus(200).stream()
          .collect(
              Collectors.groupingBy(
                  answer -> header(answer, "X-Served-By"), Collectors.counting()));
    }
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void aRushSpillsToTheNeighboursAndFailsNobody() {
    startLimited("slack-proportional");

    Rush rush = rush(0, 60);

    assertThat(rush.withStatus(200)).hasSize(60);
    assertThat(rush.served()).containsOnlyKeys("n0", "n1", "n2");
    assertNobodyTookMoreThanItsRate(rush);
    cluster.awaitIdle();
  }

  @Test
  void whatNobodyHasRoomForIsRefusedWithTheTimeToTryAgain() {
    startLimited("slack-proportional");

    Rush rush = rush(0, 150);

    assertNobodyTookMoreThanItsRate(rush);
    assertThat(rush.withStatus(200)).hasSizeGreaterThanOrEqualTo(60);
    assertThat(rush.withStatus(503)).hasSize(150 - rush.withStatus(200).size()).isNotEmpty();
    for (HttpResponse<byte[]> refusal : rush.withStatus(503)) {
      assertThat(header(refusal, "Retry-After")).isEqualTo("1");
      assertThat(json(refusal).get("type").asText()).isEqualTo("urn:starling:problem:over-rate");
    }
    cluster.awaitIdle();
  }

  @Test
  void aPeersOwnUsersAndOthersShareWhatItHas() {
    startLimited("equal-split");
    List<CompletableFuture<HttpResponse<byte[]>>> own =
        IntStream.range(0, 20).mapToObj(i -> cluster.callLater(1, "noop", "")).toList();

    Rush rush = rush(0, 30);

    long refused =
        rush.withStatus(503).size()
            + own.stream().filter(call -> call.join().statusCode() == 503).count();
    assertThat(refused).isZero();
    cluster.awaitIdle();
  }

  @Test
  void aFunctionsOwnCapacityAndPolicyHoldOnEachProvider() {
    cluster = TestCluster.of(2);
    assertThat(
            cluster
                .deploy(0, "noop", NOOP, "capacity", "rate:5", "policy", "all-local")
                .statusCode())
        .isEqualTo(201);
    assertThat(cluster.put(1, "noop", null).statusCode()).isEqualTo(201);

    Rush rush = rush(0, 40);

    assertThat(rush.served()).containsOnlyKeys("n0");
    assertThat(rush.served().get("n0")).isBetween(5L, 5 * rush.windows());
    assertThat(cluster.call(1, "noop", "").statusCode()).isEqualTo(200);
    assertThat(json(cluster.get(1, "/functions/noop")).get("capacity").asText())
        .isEqualTo("rate:5");
  }

  @Test
  void policiesAndLimitsChangeUnderLoadWithoutALostOrRefusedCall() {
    cluster = TestCluster.of(3);
    provide();
    List<HttpResponse<byte[]>> answers = new ArrayList<>();
    for (String change :
        List.of(
            "routing: {policy: round-robin}",
            "{routing: {policy: slack-proportional}, invoker: {slots: 2, queue: 200}}",
            "routing: {policy: 'static:here=0.5'}",
            "{capacity: {kind: rate, rate: 100000}, routing: {policy: equal-split}}",
            "routing: {policy: 'latency-threshold:within=1s'}",
            "{capacity: {kind: slots}, invoker: {slots: 16}, routing: {policy: random}}",
            "{routing: {policy: all-local}, load: {update-interval: 200ms}}")) {
      List<CompletableFuture<HttpResponse<byte[]>>> underWay = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        underWay.add(cluster.callLater(i % 3, "noop", "x"));
        if (i == 30) {
          configure(0, "?everywhere=true", change);
        }
      }
      underWay.forEach(call -> answers.add(call.join()));
    }

    assertThat(answers)
        .hasSize(7 * 60)
        .allSatisfy(answer -> assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200));
    cluster.awaitIdle();
  }

  @Test
  void showsWhatEachFunctionDoesOnANode() {
    startLimited("slack-proportional");
    rush(0, 30);

    eventually(
        () ->
            assertThat(json(cluster.get(2, "/nodes")).at("/nodes/0/functions/0/name").asText())
                .isEqualTo("noop"));
    eventually(
        () ->
            assertThat(json(cluster.get(2, "/nodes")).at("/nodes/0/round_trip_ms").asDouble())
                .isPositive());
    eventually(() -> assertThat(json(cluster.get(2, "/nodes")).at("/nodes/0/functions")).isEmpty());
  }

  private void startLimited(String policy) {
    cluster =
        TestCluster.of(3, "capacity.kind=rate", "routing.policy=" + policy, "invoker.queue=1000");
    for (int node = 0; node < RATES.length; node++) {
      configure(node, "", "capacity: {rate: " + RATES[node] + "}");
    }
    provide();
    eventually(
        () -> {
          for (int node = 0; node < RATES.length; node++) {
            for (int other = 0; other < RATES.length; other++) {
              assertThat(json(cluster.get(node, "/nodes")).at("/nodes/" + other + "/capacity"))
                  .hasToString("\"rate:" + RATES[other] + "\"");
            }
          }
        });
  }

  private void provide() {
    for (int node = 0; node < cluster.size(); node++) {
      assertThat(cluster.put(node, "noop", NOOP).statusCode()).isEqualTo(201);
    }
  }

  private void configure(int node, String query, String document) {
    HttpResponse<byte[]> answer =
        cluster.send(
            cluster
                .request(node, "/configuration" + query)
                .PUT(BodyPublishers.ofString(document))
                .build());
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
  }

  private Rush rush(int node, int calls) {
    long begin = System.nanoTime();
    List<CompletableFuture<HttpResponse<byte[]>>> underWay =
        IntStream.range(0, calls).mapToObj(i -> cluster.callLater(node, "noop", "")).toList();
    List<HttpResponse<byte[]>> answers = underWay.stream().map(CompletableFuture::join).toList();
    return new Rush(answers, 1 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
  }

  private static void assertNobodyTookMoreThanItsRate(Rush rush) {
    Map<String, Long> served = rush.served();
    for (int node = 0; node < RATES.length; node++) {
      assertThat(served.get("n" + node)).isBetween(1L, RATES[node] * rush.windows());
    }
  }
}
