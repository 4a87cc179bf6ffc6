package edge.starling.verticles.ingress;

import static edge.starling.verticles.ingress.TestNode.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.messages.BodiesMessage;
import edge.starling.codecs.messages.BodiesMessage.Piece;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import edge.starling.codecs.messages.RoutingMessage.Route;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngressVerticleTest {
  @TempDir Path data;
  private TestNode node;

  @BeforeEach
  void start() throws Exception {
    node = new TestNode(data);
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private Request lastRequest() {
    return lastRoute().request();
  }

  private Route lastRoute() {
    return node.routed.stream().reduce((a, b) -> b).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"})
  void passesMethodPathQueryHeadersAndBytes(String method) throws Exception {
    byte[] body = noise(1_000);
    HttpResponse<byte[]> answer =
        node.http.send(
            node.request(
                    "/function/hello.edge/a/b%20c?x=1&y=%2F", "X-Mine", "yes", "X-Call-Id", "fake")
                .method(method, BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/x-echo");
    Request request = lastRequest();
    assertThat(lastRoute().function()).isEqualTo(FunctionName.parse("hello.edge"));
    assertThat(lastRoute().visited()).isEmpty();
    assertThat(lastRoute().remaining()).isNull();
    assertThat(request.method()).isEqualTo(method);
    assertThat(request.path()).isEqualTo("/a/b%20c");
    assertThat(request.query()).isEqualTo("x=1&y=%2F");
    assertThat(request.headers().first("X-Mine")).hasValue("yes");
  }

  @Test
  void answersWithTheHeadersOfACall() throws Exception {
    HttpResponse<String> answer = node.get("/function/hello");
    Route route = lastRoute();
    assertThat(answer.headers().allValues("X-Call-Id")).containsExactly(route.id().value());
    assertThat(answer.headers().allValues("X-Served-By")).containsExactly("node-2");
    assertThat(answer.headers().allValues("X-Hops")).containsExactly("1");
    assertThat(answer.headers().allValues("X-Duration-Seconds")).containsExactly("0.000123");
    assertThat(answer.headers().firstValue("X-Start-Time").orElseThrow()).hasSize(19);
    assertThat(route.request().path()).isEqualTo("/");
    assertThat(route.request().query()).isNull();
    assertThat(route.request().headers().first("X-Call-Id")).hasValue(route.id().value());
    assertThat(route.request().headers().first("X-Start-Time"))
        .isEqualTo(answer.headers().firstValue("X-Start-Time"));
    assertThat(route.request().headers().first("X-Forwarded-For")).hasValue("127.0.0.1");
    assertThat(route.request().headers().first("X-Forwarded-Host"))
        .hasValue("127.0.0.1:" + node.port());
    assertThat(route.request().headers().first("X-Forwarded-Proto")).hasValue("http");
  }

  @Test
  void nobodyCanPretendToBeACallOrHideWhoTheyAre() throws Exception {
    node.get(
        "/function/hello", "X-Call-Id", "fake", "X-Start-Time", "1", "X-Forwarded-For", "10.0.0.1");
    Headers headers = lastRequest().headers();
    assertThat(headers.namesAndValues()).doesNotContain("fake", "1");
    assertThat(headers.first("X-Forwarded-For")).hasValue("10.0.0.1, 127.0.0.1");
  }

  @Test
  void theFunctionsOwnStatusAndHeadersComeBack() throws Exception {
    node.router =
        route ->
            Future.succeededFuture(
                answer(
                    new Response(
                        418,
                        Headers.of(
                            "Set-Cookie", "a=1",
                            "Set-Cookie", "b=2",
                            "Connection", "X-Secret",
                            "X-Secret", "s",
                            "Transfer-Encoding", "chunked",
                            "Content-Length", "999",
                            "X-Call-Id", "fake"),
                        Body.utf8("tea"))));
    HttpResponse<String> answer = node.get("/function/hello");
    assertThat(answer.statusCode()).isEqualTo(418);
    assertThat(answer.body()).isEqualTo("tea");
    assertThat(answer.headers().allValues("Set-Cookie")).containsExactly("a=1", "b=2");
    assertThat(answer.headers().firstValue("X-Secret")).isEmpty();
    assertThat(answer.headers().firstValue("Transfer-Encoding")).isEmpty();
    assertThat(answer.headers().allValues("Content-Length")).containsExactly("3");
    assertThat(answer.headers().allValues("X-Call-Id")).doesNotContain("fake");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void someStatusesHaveNoBody(int status) throws Exception {
    node.router =
        route -> Future.succeededFuture(answer(new Response(status, Headers.NONE, Body.utf8("x"))));
    HttpResponse<String> first = node.get("/function/hello");
    assertThat(first.statusCode()).isEqualTo(status);
    assertThat(first.body()).isEmpty();
    assertThat(node.get("/function/hello").statusCode()).isEqualTo(status);
  }

  @Test
  void headHasNoBodyAndTheLengthOfOne() throws Exception {
    node.router = route -> Future.succeededFuture(answer(Body.utf8("12345")));
    HttpResponse<String> answer =
        node.send(node.request("/function/hello").method("HEAD", BodyPublishers.noBody()));
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("Content-Length")).hasValue("5");
    assertThat(lastRequest().method()).isEqualTo("HEAD");
  }

  @Test
  void formsReachTheFunctionUntouched() throws Exception {
    for (String type :
        new String[] {"application/x-www-form-urlencoded", "multipart/form-data; boundary=b"}) {
      String body = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1&b=%20\r\n--b--\r\n";
      HttpResponse<String> answer = node.post("/function/hello", body, "Content-Type", type);
      assertThat(answer.body()).isEqualTo(body);
      assertThat(lastRequest().headers().first("Content-Type")).hasValue(type);
    }
  }

  @Test
  void largeBodiesGoBothWaysAndAreReleased() throws Exception {
    byte[] body = noise(5_000_001);
    HttpResponse<byte[]> answer =
        node.http.send(
            node.request("/function/hello").POST(BodyPublishers.ofByteArray(body)).build(),
            BodyHandlers.ofByteArray());
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.headers().firstValue("Content-Length")).hasValue("5000001");
    await().until(() -> node.inFlight() == 0);
  }

  @Test
  void bodiesOfUnknownLengthReachTheFunctionWithTheirs() throws Exception {
    byte[] body = noise(300_000);
    HttpResponse<byte[]> answer =
        node.http.send(
            node.request("/function/hello")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build(),
            BodyHandlers.ofByteArray());
    assertThat(answer.body()).isEqualTo(body);
    assertThat(lastRequest().headers().first("Content-Length")).hasValue("300000");
    assertThat(lastRequest().headers().first("Transfer-Encoding")).isEmpty();
    await().until(() -> node.inFlight() == 0);
  }

  private static Piece piece(byte[] body, long offset) {
    int from = (int) offset;
    return new Piece(
        Bytes.wrap(
            Arrays.copyOfRange(
                body, from, Math.min(body.length, from + BodiesMessage.PIECE_BYTES))));
  }

  @Test
  void heldAnswersAreReadInPiecesAndReleased() throws Exception {
    byte[] body = noise(3_000_000);
    node.bodies = read -> Future.succeededFuture(piece(body, read.offset()));
    node.router =
        route ->
            Future.succeededFuture(
                answer(Body.held(new BodyHandle(TestNode.PEER, "key", body.length))));
    HttpResponse<byte[]> answer =
        node.http.send(node.request("/function/hello").GET().build(), BodyHandlers.ofByteArray());
    assertThat(answer.body()).isEqualTo(body);
    await().untilAsserted(() -> assertThat(node.released).containsExactly("key"));
    await().until(() -> node.inFlight() == 0);
  }

  @Test
  void aHeldAnswerThatIsLostBeforeItBeginsIs502() throws Exception {
    node.router =
        route ->
            Future.succeededFuture(
                answer(Body.held(new BodyHandle(TestNode.PEER, "key", 100_000))));
    HttpResponse<String> answer = node.get("/function/hello");
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("urn:starling:problem:body-lost");
    await().untilAsserted(() -> assertThat(node.released).containsExactly("key"));
  }

  @Test
  void aHeldAnswerThatIsLostOnTheWayIsBrokenOff() {
    byte[] body = noise(200_000);
    node.bodies =
        read ->
            Future.succeededFuture(
                read.offset() < 100_000 ? piece(body, read.offset()) : new Piece(null));
    node.router =
        route ->
            Future.succeededFuture(
                answer(Body.held(new BodyHandle(TestNode.PEER, "key", body.length))));
    CompletableFuture<HttpResponse<byte[]>> answer =
        node.http.sendAsync(
            node.request("/function/hello").GET().build(), BodyHandlers.ofByteArray());
    assertThat(answer).failsWithin(Duration.ofSeconds(10));
    await().untilAsserted(() -> assertThat(node.released).containsExactly("key"));
  }

  @Test
  void anAnswerThatHttpCannotCarryIs502() throws Exception {
    Response[] wrong = {
      new Response(100, Headers.NONE, Body.EMPTY),
      new Response(600, Headers.NONE, Body.EMPTY),
      new Response(200, Headers.of("a b", "c"), Body.EMPTY),
      new Response(200, Headers.of("a", "b\r\nc: d"), Body.EMPTY),
      new Response(200, Headers.NONE, Body.held(new BodyHandle(TestNode.PEER, "key", 1L << 40)))
    };
    for (Response response : wrong) {
      node.router = route -> Future.succeededFuture(answer(response));
      HttpResponse<String> answer = node.get("/function/hello");
      assertThat(answer.statusCode()).isEqualTo(502);
      assertThat(answer.body()).contains("urn:starling:problem:runtime-error");
    }
  }

  @Test
  void anAnswersHeaderFieldsHaveTheirLimits() throws Exception {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 129; i++) {
      many.addAll(List.of("X-" + i, "v"));
    }
    Headers[] answered = {
      new Headers(many.subList(0, 256)),
      new Headers(many),
      Headers.of("X-Big", "x".repeat(16 * 1024 - 9)),
      Headers.of("X-Big", "x".repeat(16 * 1024 - 8))
    };
    String[] expected = {
      "", "129 header fields; allowed are 128", "", "16385 bytes; allowed are 16384"
    };
    for (int i = 0; i < answered.length; i++) {
      Response response = new Response(200, answered[i], Body.EMPTY);
      node.router = route -> Future.succeededFuture(answer(response));
      HttpResponse<String> answer = node.get("/function/hello");
      assertThat(answer.statusCode()).isEqualTo(expected[i].isEmpty() ? 200 : 502);
      assertThat(answer.body()).contains(expected[i]);
    }
  }

  @Test
  void aRefusalIs503WithRetryAfter() throws Exception {
    node.router =
        route ->
            Future.succeededFuture(
                new Refused(
                    Reason.QUEUE_FULL, TestNode.PEER, Occupancy.UNKNOWN, Duration.ofMillis(1200)));
    HttpResponse<String> answer = node.get("/function/hello");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.headers().firstValue("X-Served-By")).hasValue("node-1");
    assertThat(answer.body())
        .contains("queue-full")
        .contains("the last one asked was node-2")
        .contains("urn:uuid:" + answer.headers().firstValue("X-Call-Id").orElseThrow());
  }

  @Test
  void aFailureIsAProblem() throws Exception {
    node.router =
        route ->
            Future.succeededFuture(
                new Failed(
                    Failure.PROVIDER_LOST, "node-3 left", TestNode.PEER, 1, Duration.ofMillis(5)));
    HttpResponse<String> answer = node.get("/function/hello");
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("\"started\":\"unknown\"");
    assertThat(answer.headers().firstValue("X-Hops")).hasValue("1");
    assertThat(answer.headers().firstValue("X-Duration-Seconds")).hasValue("0.005000");
  }

  @Test
  void aRouterThatFailsIs500() throws Exception {
    node.router = route -> Future.failedFuture("broken");
    HttpResponse<String> answer = node.get("/function/hello");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("urn:starling:problem:internal").doesNotContain("broken");
  }

  @Test
  void theCallersTimeReachesTheRouter() throws Exception {
    assertThat(node.get("/function/hello", "X-Timeout", "2.5s").statusCode()).isEqualTo(200);
    assertThat(lastRoute().remaining()).isBetween(Duration.ofMillis(1), Duration.ofMillis(2500));
    HttpResponse<String> wrong = node.get("/function/hello", "X-Timeout", "soon");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("X-Timeout");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/function/", "/function/UPPER", "/function/deployments", "/function/a.b.c"})
  void aNameThatNoFunctionCanHaveIs404(String path) throws Exception {
    HttpResponse<String> answer = node.get(path);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("unknown-function");
    assertThat(node.routed).isEmpty();
  }

  @Test
  void anExecutionReachesTheFunctionAsTheCallThatItDescribes() throws Exception {
    for (String prefix : new String[] {"", "/api/v1"}) {
      HttpResponse<String> answer =
          node.post(
              prefix + "/functions/hello/executions",
              "{\"http_method\":\"PUT\",\"body\":\"text\",\"path_and_query\":\"/a/../b?c=d\","
                  + "\"headers\":{\"X-Mine\":\"1\"}}",
              "Idempotency-Key",
              "k",
              "X-Timeout",
              "1s");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("text");
      Request request = lastRequest();
      assertThat(request.method()).isEqualTo("PUT");
      assertThat(request.path()).isEqualTo("/b");
      assertThat(request.query()).isEqualTo("c=d");
      assertThat(request.headers().first("X-Mine")).hasValue("1");
      assertThat(request.headers().first("Idempotency-Key")).hasValue("k");
      assertThat(request.headers().first("Content-Type")).hasValue("text/plain; charset=utf-8");
      assertThat(request.headers().first("X-Call-Id"))
          .isEqualTo(answer.headers().firstValue("X-Call-Id"));
      assertThat(lastRoute().remaining()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void aMalformedExecutionIs400AndNamesTheField() throws Exception {
    HttpResponse<String> answer =
        node.post("/functions/hello/executions", "{\"path_and_query\":\"/../../x\"}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("path_and_query");
    assertThat(node.post("/functions/hello/executions", "").statusCode()).isEqualTo(400);
    assertThat(node.post("/functions/NO/executions", "{}").statusCode()).isEqualTo(404);
    assertThat(node.routed).isEmpty();
  }

  @Test
  void otherPathsAre404AndOtherMethods405() throws Exception {
    HttpResponse<String> nothing = node.get("/nothing");
    assertThat(nothing.statusCode()).isEqualTo(404);
    assertThat(nothing.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(nothing.headers().firstValue("X-Call-Id")).isPresent();
    assertThat(node.get("/api/v1/healthz").statusCode()).isEqualTo(404);
    for (String prefix : new String[] {"", "/api/v1"}) {
      HttpResponse<String> wrong = node.get(prefix + "/functions/hello/executions");
      assertThat(wrong.statusCode()).isEqualTo(405);
      assertThat(wrong.headers().allValues("Allow")).containsExactly("POST");
    }
    HttpResponse<String> trace =
        node.send(node.request("/function/hello").method("TRACE", BodyPublishers.noBody()));
    assertThat(trace.statusCode()).isEqualTo(405);
    assertThat(trace.headers().firstValue("Allow").orElseThrow()).contains("GET");
  }

  @Test
  void aCallerThatDoesNotWaitCancelsItsCall() throws Exception {
    Promise<Outcome> never = Promise.promise();
    node.router = route -> never.future();
    HttpRequest request = node.request("/function/hello").GET().build();
    CompletableFuture<HttpResponse<String>> call =
        node.http.sendAsync(request, BodyHandlers.ofString());
    await().until(() -> !node.routed.isEmpty());
    call.cancel(true);
    await()
        .atMost(10, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(node.cancelled).containsExactly(lastRoute().id().value()));
    never.complete(answer(Body.held(new BodyHandle(TestNode.PEER, "late", 100_000))));
    await().untilAsserted(() -> assertThat(node.released).containsExactly("late"));
  }

  @Test
  void requestsAreMeasuredByRouteAndClassOfStatus() throws Exception {
    node.get("/function/hello");
    node.get("/nothing");
    node.get("/functions/hello");
    String metrics = node.get("/metrics").body();
    assertThat(metrics)
        .contains(
            "starling_http_requests_seconds_count{route=\"/function/{name}\",status=\"2xx\"} 1")
        .contains("starling_http_requests_seconds_count{route=\"other\",status=\"4xx\"} 1")
        .contains(
            "starling_http_requests_seconds_count{route=\"/functions/{name}\",status=\"4xx\"} 1")
        .contains("starling_http_bytes_in_flight_bytes 0");
  }

  @Test
  void anUndeployedIngressAnswersWhatHasComeFirst() throws Exception {
    node.router = route -> node.later(Duration.ofMillis(300), answer(Body.utf8("done")));
    CompletableFuture<HttpResponse<String>> call =
        node.http.sendAsync(node.request("/function/hello").GET().build(), BodyHandlers.ofString());
    await().until(() -> !node.routed.isEmpty());
    Future<?> undeployed = node.undeploy();
    assertThat(call.get(10, TimeUnit.SECONDS).body()).isEqualTo("done");
    TestNode.await(undeployed);
    assertThat(node.http.sendAsync(node.request("/healthz").GET().build(), BodyHandlers.ofString()))
        .failsWithin(Duration.ofSeconds(10));
  }
}
