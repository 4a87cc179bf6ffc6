package edge.starling.deployments;

import static edge.starling.deployments.Http.header;
import static edge.starling.deployments.Http.json;
import static edge.starling.deployments.Http.problem;
import static edge.starling.deployments.Http.quoted;
import static edge.starling.deployments.Http.text;
import static edge.starling.deployments.TestCluster.ECHO;
import static edge.starling.deployments.TestCluster.NOOP;
import static edge.starling.deployments.TestCluster.testing;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls described as JSON, over a real cluster of three nodes: the functions live on the first, the
 * second is called.
 */
class AnycallIT {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.of(3, "invoker.queue=256");
    cluster.deploy(0, "echo", ECHO);
    cluster.deploy(0, "env", testing("env"));
    cluster.deploy(0, "cgi", testing("cgi"), "env", "cgi_response=true");
    cluster.deploy(0, "sleep", testing("sleep"));
  }

  @AfterAll
  static void stop() {
    try (TestCluster idle = cluster) {
      idle.awaitIdle();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "DELETE", "PATCH"})
  void theCallReachesTheFunctionAsItIsDescribed(String method) {
    HttpResponse<byte[]> answer =
        cluster.execute(
            1,
            "env",
            """
            {"http_method": "%s", "path_and_query": "/a/b%%20c?x=1&y=%%C3%%A9&x=2",
             "headers": {"X-Custom": "one", "Accept": "text/plain"}}
            """
                .formatted(method));

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(text(answer).lines())
        .contains(
            "Http_Method=" + method,
            "Http_Path=/a/b%20c",
            "Http_Query=x=1&y=%C3%A9&x=2",
            "Http_X_Custom=one",
            "Http_Accept=text/plain",
            "Http_X_Call_Id=" + header(answer, "X-Call-Id"));
    assertThat(header(answer, "X-Served-By")).isEqualTo("n0");
    assertThat(header(answer, "X-Hops")).isEqualTo("1");
  }

  @Test
  void whatIsNotDescribedHasADefault() {
    assertThat(text(cluster.execute(1, "env", "{}")).lines())
        .contains("Http_Method=POST", "Http_Path=/", "Http_Content_Length=0")
        .noneMatch(line -> line.startsWith("Http_Query"))
        .noneMatch(line -> line.startsWith("Http_Content_Type"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\": [1, 2.50], \"b\": null} | {\"a\": [1, 2.50], \"b\": null} | application/json",
        "[1, \"two\", {}] | [1, \"two\", {}] | application/json",
        "\"tea \\\"für\\\" two\" | tea \"für\" two | text/plain; charset=utf-8",
        "12345678901234567890.10 | 12345678901234567890.10 | application/json",
        "false | false | application/json",
      })
  void theBodyReachesTheFunctionAsWhatItIs(String body, String reached, String type) {
    HttpResponse<byte[]> answer = cluster.execute(1, "echo", "{\"body\": " + body + "}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(text(answer)).isEqualTo(reached);
    assertThat(header(answer, "Content-Type")).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"body\": null}", "{\"body\": \"\"}"})
  void aBodyMayBeEmpty(String document) {
    HttpResponse<byte[]> answer = cluster.execute(1, "echo", document);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void bytesComeAndGoUnharmed() {
    byte[] bytes = random(256);

    HttpResponse<byte[]> answer = executeBytes(bytes);

    assertThat(answer.body()).isEqualTo(bytes);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/octet-stream");
  }

  @Test
  void theCallersContentTypeCounts() {
    HttpResponse<byte[]> answer =
        cluster.execute(
            1, "echo", "{\"body\": \"a,b\", \"headers\": {\"content-type\": \"text/csv\"}}");

    assertThat(answer.headers().allValues("Content-Type")).containsExactly("text/csv");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../../x",
        "/a/../../x",
        "/..",
        "/%2e%2e/x",
        "/a/%2E%2E/%2e%2e/x",
        "/..%2f..%2fx",
        "/a\\..\\..\\x",
        "//elsewhere/x",
        "http://elsewhere/x",
        "x",
        "",
        "/a b",
        "/a#b",
        "/a?b#c",
        "/a\r\nX: y",
        "/%zz"
      })
  void noPathLeavesTheFunction(String path) {
    HttpResponse<byte[]> answer =
        cluster.execute(1, "env", "{\"path_and_query\": " + quoted(path) + "}");

    assertThat(problem(answer, 400, "malformed-request")).contains("path_and_query");
  }

  @ParameterizedTest
  @CsvSource({"/a/../b, /b", "/a/./b/, /a/b/", "/a/b/.., /a/", "/a//b, /a//b", "/?q=/../.., /"})
  void aPathIsNormalised(String path, String reached) {
    assertThat(text(cluster.execute(1, "env", "{\"path_and_query\": \"" + path + "\"}")).lines())
        .contains("Http_Path=" + reached);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 404, 418, 500, 503})
  void theFunctionsOwnAnswerComesBackUntouched(int status) {
    for (int node = 0; node < 2; node++) {
      HttpResponse<byte[]> answer =
          cluster.execute(node, "cgi", "{\"path_and_query\": \"/?status=" + status + "\"}");

      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(text(answer)).isEqualTo("teapot");
      assertThat(header(answer, "Content-Type")).isEqualTo("text/plain");
      assertThat(header(answer, "X-Custom")).isEqualTo("hello");
      assertThat(header(answer, "Retry-After")).isEmpty();
    }
  }

  @Test
  void underTheFirstSystemsPrefixADeploymentAnswersTheBareName() {
    HttpResponse<byte[]> deployed =
        cluster.send(
            Http.with(
                cluster.request(2, "/api/v1/functions/deployments"), "POST", Http.form(ECHO)));
    String name = text(deployed);

    assertThat(deployed.statusCode()).isEqualTo(200);
    assertThat(name).matches("fn-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    HttpResponse<byte[]> put =
        cluster.send(
            Http.with(
                cluster.request(0, "/api/v1/functions/deployments/" + name),
                "PUT",
                Http.form(ECHO)));
    assertThat(put.statusCode()).isEqualTo(200);
    assertThat(text(put)).isEqualTo(name);
    for (String prefix : List.of("", "/api/v1")) {
      HttpResponse<byte[]> answer =
          cluster.send(
              cluster
                  .request(1, prefix + "/functions/" + name + "/executions")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{\"http_method\": \"GET\", \"body\": \"hi\"}"))
                  .build());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(text(answer)).isEqualTo("hi");
    }
  }

  @Test
  void anUnknownFunctionIsToldAtOnce() {
    long before = System.nanoTime();

    for (int node = 0; node < 3; node++) {
      problem(cluster.execute(node, "nobody-has-it", "{}"), 404, "unknown-function");
      problem(cluster.execute(node, "nobody.has-it", "{}"), 404, "unknown-function");
      problem(cluster.execute(node, "No_Name", "{}"), 404, "unknown-function");
    }

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"http_method\": \"HEAD\"} | http_method",
        "{\"http_method\": \"get\"} | http_method",
        "{\"http_method\": 1} | http_method",
        "{\"path_and_query\": [\"/\"]} | path_and_query",
        "{\"body_base64\": \"%%%\"} | body_base64",
        "{\"body_base64\": 7} | body_base64",
        "{\"body\": 1, \"body_base64\": \"MQ==\"} | body_base64",
        "{\"headers\": \"X: y\"} | headers",
        "{\"headers\": {\"X\": 1}} | headers.X",
        "{\"headers\": {\"X y\": \"1\"}} | X y",
        "{\"headers\": {\"Host\": \"x\"}} | Host",
        "{\"headers\": {\"Connection\": \"x\"}} | Connection",
        "{\"Body\": 1} | Body",
        "{\"body\": 1, \"body\": 2} | body",
        "{\"body\": 1} {} | JSON object",
        "{\"body\": | JSON",
        "[] | JSON object",
        "body | JSON",
        "'' | JSON object",
      })
  void whatIsMalformedIsNamed(String document, String named) {
    HttpResponse<byte[]> answer = cluster.execute(1, "echo", document);

    assertThat(problem(answer, 400, "malformed-request")).contains(named);
  }

  @Test
  void largeBodiesAreForwardedBothWays() {
    for (int length : new int[] {64 * KIB, 64 * KIB + 1, 700_000, 20 * MIB}) {
      byte[] bytes = random(length);
      assertThat(cluster.call(1, "echo", bytes).body()).as("%d bytes", length).isEqualTo(bytes);
      assertThat(executeBytes(bytes).body()).as("%d bytes as JSON", length).isEqualTo(bytes);
    }
    String text = "x".repeat(700_000);
    assertThat(text(cluster.execute(1, "echo", "{\"body\": \"" + text + "\"}"))).isEqualTo(text);
  }

  @Test
  void aForwardedCallMayTakeLongerThanTenSeconds() {
    HttpResponse<byte[]> answer = cluster.execute(1, "sleep", "{\"body\": 11000}");

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(text(answer)).isEqualTo("slept 11000\n");
    assertThat(Double.parseDouble(header(answer, "X-Duration-Seconds"))).isBetween(11.0, 30.0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void everyCallRunsExactlyOnce(int providers) {
    String name = "once-at-" + providers;
    for (int node = 0; node < providers; node++) {
      cluster.put(node, name, NOOP);
    }

    List<CompletableFuture<HttpResponse<byte[]>>> calls =
        IntStream.range(0, 200).mapToObj(i -> cluster.callLater(2, name, "x")).toList();

    assertThat(calls).extracting(call -> call.join().statusCode()).containsOnly(200);
    assertThat(calls.stream().map(call -> header(call.join(), "X-Served-By")).distinct())
        .hasSize(providers);
    assertThat(cluster.counts(2, name))
        .isEqualTo(
            json("{\"completed\":200,\"failed\":0,\"refused\":0,\"running\":0,\"queued\":0}"));
  }

  private static HttpResponse<byte[]> executeBytes(byte[] bytes) {
    String base64 = Base64.getEncoder().encodeToString(bytes);
    return cluster.execute(1, "echo", "{\"body_base64\": \"" + base64 + "\"}");
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
