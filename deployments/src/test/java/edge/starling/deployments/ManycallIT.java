package edge.starling.deployments;

import static edge.starling.deployments.Http.header;
import static edge.starling.deployments.Http.json;
import static edge.starling.deployments.Http.text;
import static edge.starling.deployments.TestCluster.ECHO;
import static edge.starling.deployments.TestCluster.eventually;
import static edge.starling.deployments.TestCluster.testing;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many calls in one request, over three nodes of which two have the function. */
class ManycallIT {
  @TempDir private static Path folder;
  private static TestCluster cluster;

  @BeforeAll
  static void start() throws IOException {
    cluster = TestCluster.of(3, "manycall.buffer=64KiB");
    for (int node = 0; node < 2; node++) {
      cluster.put(node, "echo", ECHO);
      cluster.put(node, "sleep", testing("sleep"));
    }
    Path moody =
        Files.writeString(
            folder.resolve("moody"),
            "#!/bin/sh\nread -r x || :\n[ \"$x\" = bad ] && { echo oops >&2; exit 3; }\n"
                + "[ \"$x\" = bytes ] && { printf '\\377\\001'; exit 0; }\nprintf '%s' \"$x\"\n");
    cluster.put(0, "moody", moody, "runtime", "process");
    Path where =
        Files.writeString(
            folder.resolve("where"),
            "#!/bin/sh\nread -r s || :\nsleep \"$s\"\n"
                + "case \"$PWD\" in */n0/*) printf n0;; *) printf n1;; esac\n");
    cluster.put(0, "where", where, "runtime", "process");
    cluster.put(1, "where", null);
  }

  @AfterAll
  static void stop() {
    try (TestCluster idle = cluster) {
      idle.awaitIdle();
      for (int node = 0; node < 3; node++) {
        File[] left = idle.data(node).resolve("uploads").toFile().listFiles();
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void answersInTheOrderOfTheItems() {
    HttpResponse<byte[]> answer =
        manycall(2, "echo", "{\"items\":[\"hello\",{\"x\":1.10},3,null,\"\",[1,\n2],true]}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
    assertThat(text(answer))
        .isEqualTo("{\"responses\":[\"hello\",{\"x\":1.10},3,null,\"\",[1, 2],true]}");
  }

  @Test
  void theOldPathHasTheOldForm() {
    HttpResponse<byte[]> answer =
        cluster.send(
            cluster
                .request(2, "/api/v1/functions/echo/executions/manycall")
                .POST(BodyPublishers.ofString("{\"items\":[1,2]}"))
                .build());

    assertThat(text(answer)).isEqualTo("{\"results\":[1,2]}");
  }

  @Test
  void aFailedItemDoesNotFailTheOthers() {
    JsonNode responses =
        json(manycall(1, "moody", "{\"items\":[\"a\",\"bad\",\"bytes\",\"{\\\"b\\\":2}\"]}"))
            .get("responses");

    assertThat(responses.get(0).asText()).isEqualTo("a");
    assertThat(responses.get(1).get("status").asInt()).isEqualTo(500);
    assertThat(responses.get(1).get("body").get("detail").asText()).contains("oops");
    assertThat(responses.get(2).get("status").asInt()).isEqualTo(200);
    assertThat(responses.get(2).get("body_base64").asText()).isEqualTo("/wE=");
    assertThat(responses.get(3).get("b").asInt()).isEqualTo(2);
  }

  @Test
  void itemsAreSpreadOverTheProviders() {
    JsonNode responses =
        json(manycall(2, "where", "{\"items\":" + Collections.nCopies(20, "\"0.3\"") + "}"))
            .get("responses");

    assertThat(responses)
        .extracting(JsonNode::asText)
        .containsOnly("n0", "n1")
        .filteredOn("n0"::equals)
        .hasSize(10);
  }

  @Test
  void callsOutsideOfTheManycallCountAsWell() {
    // "Decentralized Edge FaaS": two calls at the node, then four items there: both get three.
    List<CompletableFuture<HttpResponse<byte[]>>> calls =
        List.of(cluster.callLater(1, "where", "2.5"), cluster.callLater(1, "where", "2.5"));
    eventually(() -> assertThat(gauge(1, "starling_routing_in_progress")).isEqualTo(2));

    JsonNode responses =
        json(manycall(1, "where", "{\"items\":" + Collections.nCopies(4, "\"0.5\"") + "}"))
            .get("responses");

    assertThat(responses)
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder("n0", "n0", "n0", "n1");
    calls.forEach(call -> assertThat(text(call.join())).isEqualTo("n1"));
  }

  @Test
  void manyItemsKeepTheirOrderAlthoughTheirAnswersDoNotFitIntoTheBuffer() {
    int count = 3_000;
    String items =
        IntStream.range(0, count)
            .mapToObj(i -> "\"" + i + "-" + "x".repeat(500) + "\"")
            .collect(Collectors.joining(",", "{\"items\":[", "]}"));
    JsonNode responses = json(manycall(2, "echo", items)).get("responses");

    assertThat(responses).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertThat(responses.get(i).asText()).startsWith(i + "-x").hasSizeGreaterThan(500);
    }
  }

  @Test
  void aSlowFirstItemHoldsUpOnlyTheWriting() {
    String items = "{\"items\":[\"700\"," + sleeps(2_000).replaceAll("\"\\d+\"", "\"0\"") + "]}";
    JsonNode responses = json(manycall(2, "sleep", items)).get("responses");

    assertThat(responses).hasSize(2_001);
    assertThat(responses.get(0).asText()).isEqualTo("slept 700\n");
    assertThat(responses.get(2_000).asText()).isEqualTo("slept 0\n");
  }

  @Test
  void linesComeAsTheAnswersDo() {
    HttpResponse<byte[]> answer =
        cluster.send(
            post(2, "sleep", "{\"items\":[\"600\",\"0\"]}")
                .header("Accept", "application/x-ndjson")
                .build());

    assertThat(header(answer, "Content-Type")).isEqualTo("application/x-ndjson");
    assertThat(text(answer).lines())
        .containsExactly(
            "{\"index\":1,\"status\":200,\"body\":\"slept 0\\n\"}",
            "{\"index\":0,\"status\":200,\"body\":\"slept 600\\n\"}");
  }

  @Test
  void eventsTellHowFarItIs() {
    HttpResponse<byte[]> answer =
        cluster.send(
            post(2, "sleep", "{\"items\":[\"1500\",\"0\"]}")
                .header("Accept", "text/event-stream")
                .build());

    assertThat(header(answer, "Content-Type")).isEqualTo("text/event-stream");
    assertThat(text(answer))
        .contains("event: progress\ndata: {\"done\":1,\"failed\":0,\"items\":2}\n\n")
        .endsWith("event: end\ndata: {\"items\":2}\n\n");
  }

  @Test
  void whatIsWrongIsToldBeforeAnythingRuns() {
    int before = completed(0, "echo");
    problem("echo", "{\"items\":[1],\"retries\":-1}", 400, "\\\"retries\\\"");
    problem("echo", "no", 400, "JSON object");
    problem("echo", "{\"items\":{}}", 400, "\\\"items\\\" must be an array");
    problem("nobody", "{\"items\":[1]}", 404, "nobody");
    assertThat(text(manycall(1, "echo", "{\"items\":[]}"))).isEqualTo("{\"responses\":[]}");
    assertThat(completed(0, "echo")).isEqualTo(before);
  }

  @Test
  void aClientThatGoesAwayEndsItsManycall() {
    CompletableFuture<HttpResponse<byte[]>> later =
        cluster.sendLater(
            post(2, "sleep", "{\"items\":" + List.of(sleeps(500)) + ",\"concurrency\":4}").build());
    eventually(() -> assertThat(gauge(2, "starling_manycall_in_flight")).isEqualTo(4));
    later.cancel(true);

    eventually(() -> assertThat(gauge(2, "starling_manycall_running")).isZero());
    cluster.awaitIdle();
  }

  @Test
  void singleCallsAreServedBesideAManycall() {
    CompletableFuture<HttpResponse<byte[]>> many =
        cluster.sendLater(post(2, "sleep", "{\"items\":" + List.of(sleeps(300)) + "}").build());
    eventually(() -> assertThat(gauge(2, "starling_manycall_in_flight")).isPositive());

    assertThat(text(cluster.call(2, "echo", "beside"))).isEqualTo("beside");

    assertThat(json(many.join()).get("responses")).hasSize(300);
  }

  private static void problem(String function, String document, int status, String words) {
    HttpResponse<byte[]> answer = manycall(1, function, document);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(text(answer)).contains(words);
  }

  private static HttpResponse<byte[]> manycall(int node, String function, String document) {
    return cluster.send(post(node, function, document).build());
  }

  private static HttpRequest.Builder post(int node, String function, String document) {
    return cluster
        .request(node, "/functions/" + function + "/executions/manycall")
        .POST(BodyPublishers.ofString(document));
  }

  /** As a JSON array without its brackets. */
  private static String sleeps(int count) {
    return IntStream.range(0, count).mapToObj(i -> "\"50\"").collect(Collectors.joining(","));
  }

  private static int completed(int node, String function) {
    return cluster.counts(node, function).get("completed").asInt();
  }

  private static int gauge(int node, String name) {
    return text(cluster.get(node, "/metrics"))
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
