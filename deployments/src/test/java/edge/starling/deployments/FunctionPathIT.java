package edge.starling.deployments;

import static edge.starling.deployments.Http.header;
import static edge.starling.deployments.Http.problem;
import static edge.starling.deployments.Http.text;
import static edge.starling.deployments.TestCluster.ECHO;
import static edge.starling.deployments.TestCluster.testing;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.deployments.RawConnection.Reply;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls as they come, at {@code /function/{name}}: the functions live on the first of two nodes.
 */
class FunctionPathIT {
  private static final int FORWARDED = 1;

  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.of(2);
    cluster.deploy(0, "echo", ECHO);
    cluster.deploy(0, "env", testing("env"));
    cluster.deploy(0, "exit3", testing("exit3"));
    cluster.deploy(0, "shout.team-a", ECHO);
    cluster.deploy(0, "cgi", testing("cgi"), "env", "cgi_response=true");
  }

  @AfterAll
  static void stop() {
    try (TestCluster idle = cluster) {
      idle.awaitIdle();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void everyMethodReachesTheFunction(String method) {
    for (int node = 0; node < 2; node++) {
      HttpResponse<byte[]> answer =
          cluster.send(
              cluster
                  .request(node, "/function/env/a//b%20c/?x=1&y=%C3%A9&x=")
                  .header("X-Custom", "one")
                  .header("X-Custom", "two")
                  .method(method, BodyPublishers.ofString("body"))
                  .build());

      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
      assertThat(text(answer).lines())
          .contains(
              "Http_Method=" + method,
              "Http_Path=/a//b%20c/",
              "Http_Query=x=1&y=%C3%A9&x=",
              "Http_X_Custom=one, two",
              "Http_Content_Length=4",
              "Http_X_Call_Id=" + header(answer, "X-Call-Id"),
              "Http_X_Start_Time=" + header(answer, "X-Start-Time"));
    }
  }

  @ParameterizedTest
  @CsvSource({"env, /", "env/, /", "env.openfaas-fn/a, /a", "env?a=/../.., /", "env/a/../b, /b"})
  void whatFollowsTheNameIsThePath(String called, String path) {
    assertThat(text(cluster.call(FORWARDED, called, "")).lines()).contains("Http_Path=" + path);
  }

  @Test
  void aNameMayHaveANamespace() {
    assertThat(text(cluster.call(FORWARDED, "shout.team-a/x", "hey"))).isEqualTo("hey");
    problem(cluster.call(FORWARDED, "shout", "hey"), 404, "unknown-function");
    problem(cluster.call(FORWARDED, "echo.team-a", "hey"), 404, "unknown-function");
    assertThat(text(cluster.get(FORWARDED, "/functions/shout.team-a")))
        .contains("\"shout.team-a\"", "\"namespace\":\"team-a\"");
  }

  @Test
  void noPathLeavesTheFunction() throws IOException {
    for (String path : List.of("/env/../echo", "/env/%2e%2e/echo", "/env/a/../../../metrics")) {
      try (RawConnection connection = new RawConnection(cluster.node(FORWARDED))) {
        connection.send("", "GET /function" + path + " HTTP/1.1");

        assertThat(connection.reply().status()).as(path).isEqualTo(400);
      }
    }
  }

  @Test
  void headersForTheNextHopEndAtTheNode() throws IOException {
    try (RawConnection connection = new RawConnection(cluster.node(FORWARDED))) {
      connection.send(
          "",
          "GET /function/env HTTP/1.1",
          "Connection: keep-alive, X-Hop",
          "X-Hop: 1",
          "X-Stays: 1",
          "Keep-Alive: timeout=5",
          "TE: trailers",
          "Trailer: X-Late",
          "Proxy-Authorization: Basic x",
          "Upgrade: h2c",
          "Proxy: http://elsewhere",
          "X-Call-Id: pretended");

      assertThat(connection.reply().text().lines())
          .contains("Http_X_Stays=1")
          .noneMatch(
              line ->
                  line.matches("Http_(X_Hop|Connection|Keep_Alive|Te|Trailer|Proxy.*|Upgrade)=.*"))
          .noneMatch(line -> line.contains("pretended"));
    }
  }

  @Test
  void headHasTheHeadersOfGetAndNoBody() throws IOException {
    HttpResponse<byte[]> get = cluster.get(FORWARDED, "/function/cgi?status=203");
    try (RawConnection connection = new RawConnection(cluster.node(FORWARDED))) {
      connection.send("", "HEAD /function/cgi?status=203 HTTP/1.1");
      Reply head = connection.head();
      connection.send("", "HEAD /function/none HTTP/1.1");
      Reply unknown = connection.head();
      connection.send("", "GET /function/cgi?status=203 HTTP/1.1");

      assertThat(head.status()).isEqualTo(203);
      assertThat(head.headers())
          .containsEntry("X-Custom", "hello")
          .containsEntry("Content-Type", "text/plain")
          .containsEntry("Content-Length", header(get, "Content-Length"));
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(connection.reply().text()).isEqualTo("teapot");
    }
  }

  @Test
  void formsReachTheFunctionByteForByte() {
    BodyPublisher form = BodyPublishers.ofString("a=1&b=%C3%A9&a=+");
    HttpResponse<byte[]> answer = post("application/x-www-form-urlencoded", form);

    assertThat(text(answer)).isEqualTo("a=1&b=%C3%A9&a=+");
    assertThat(header(answer, "Content-Type")).isEqualTo("application/x-www-form-urlencoded");

    byte[] parts =
        """
        --limit\r
        Content-Disposition: form-data; name="handler"; filename="x"\r
        \r
        not for the node\r
        --limit--\r
        """
            .getBytes(StandardCharsets.UTF_8);
    HttpResponse<byte[]> echoed =
        post("multipart/form-data; boundary=limit", BodyPublishers.ofByteArray(parts));

    assertThat(echoed.body()).isEqualTo(parts);
    assertThat(header(echoed, "Content-Type")).isEqualTo("multipart/form-data; boundary=limit");
  }

  @Test
  void bytesComeAndGoUnharmed() {
    assertThat(cluster.call(FORWARDED, "echo", allBytes()).body()).isEqualTo(allBytes());
  }

  @Test
  void aBodyOfUnknownLengthIsPassedOn() throws IOException {
    try (RawConnection connection = new RawConnection(cluster.node(FORWARDED))) {
      connection.send(
          "5\r\nhello\r\n7;ext=1\r\n, world\r\n0\r\nX-Trailer: 1\r\n\r\n",
          "POST /function/echo HTTP/1.1",
          "Transfer-Encoding: chunked");

      assertThat(connection.reply().text()).isEqualTo("hello, world");
    }
  }

  @Test
  void everyAnswerTellsOfItsCall() {
    Set<String> ids = new HashSet<>();
    List<HttpResponse<byte[]>> answers =
        List.of(
            cluster.call(0, "echo", "x"),
            cluster.call(FORWARDED, "echo", "x"),
            cluster.call(FORWARDED, "exit3", "x"),
            cluster.call(FORWARDED, "none", "x"),
            cluster.call(FORWARDED, "No_Name", "x"),
            cluster.execute(FORWARDED, "echo", "nonsense"),
            cluster.get(FORWARDED, "/functions"),
            cluster.get(FORWARDED, "/nothing/here"),
            cluster.delete(FORWARDED, "/functions"),
            cluster.put(FORWARDED, "headers", ECHO),
            cluster.deploy(0, "headers", ECHO),
            cluster.delete(FORWARDED, "/functions/deployments/headers"),
            cluster.get(FORWARDED, "/healthz"),
            cluster.get(FORWARDED, "/readyz"),
            cluster.get(FORWARDED, "/metrics"),
            cluster.get(FORWARDED, "/openapi.yaml"),
            cluster.get(FORWARDED, "/nodes"));

    assertThat(answers)
        .extracting(HttpResponse::statusCode)
        .containsExactly(
            200, 200, 500, 404, 404, 400, 200, 404, 405, 201, 409, 204, 200, 200, 200, 200, 200);
    for (HttpResponse<byte[]> answer : answers) {
      assertThat(header(answer, "X-Call-Id")).as("%s", answer).matches("[0-9a-f-]{36}");
      assertThat(ids.add(header(answer, "X-Call-Id"))).isTrue();
      assertThat(header(answer, "X-Served-By")).matches("n[01]");
      assertThat(header(answer, "X-Hops")).matches("[01]");
      assertThat(header(answer, "X-Duration-Seconds")).matches("\\d+\\.\\d{6}");
      assertThat(header(answer, "X-Start-Time")).matches("\\d{19}");
    }
    assertThat(answers.subList(0, 3)).extracting(a -> header(a, "X-Served-By")).containsOnly("n0");
    assertThat(answers.subList(0, 3))
        .extracting(answer -> header(answer, "X-Hops"))
        .containsExactly("0", "1", "1");
    assertThat(answers.subList(0, 3))
        .allMatch(answer -> Double.parseDouble(header(answer, "X-Duration-Seconds")) > 0);
    assertThat(header(answers.get(3), "X-Served-By")).isEqualTo("n1");
  }

  @Test
  void answersOnOneConnectionComeInTheOrderOfTheirCalls() throws IOException {
    try (RawConnection connection = new RawConnection(cluster.node(FORWARDED))) {
      for (int i = 0; i < 50; i++) {
        String body = "call-" + i;
        connection.send(body, "POST /function/echo HTTP/1.1", "Content-Length: " + body.length());
      }
      List<String> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        answers.add(connection.reply().text());
      }

      assertThat(answers)
          .containsExactlyElementsOf(IntStream.range(0, 50).mapToObj(i -> "call-" + i).toList());
    }
  }

  @Test
  void connectionsAreKeptAndServeInParallel() {
    List<CompletableFuture<Boolean>> clients =
        IntStream.range(0, 16)
            .mapToObj(client -> CompletableFuture.supplyAsync(() -> callsOverOneConnection(client)))
            .toList();

    assertThat(clients).allSatisfy(client -> assertThat(client.join()).isTrue());
  }

  private static boolean callsOverOneConnection(int client) {
    try (RawConnection connection = new RawConnection(cluster.node(client % 2))) {
      for (int i = 0; i < 50; i++) {
        String body = client + "/" + i;
        connection.send(body, "POST /function/echo HTTP/1.1", "Content-Length: " + body.length());
        Reply reply = connection.reply();
        assertThat(reply.text()).isEqualTo(body);
        assertThat(reply.headers()).doesNotContainKey("Connection");
      }
      connection.send("", "GET /function/echo HTTP/1.1", "Connection: close");
      return connection.reply().status() == 200 && connection.isClosedByNode();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpResponse<byte[]> post(String contentType, BodyPublisher body) {
    HttpRequest request =
        cluster
            .request(FORWARDED, "/function/echo")
            .header("Content-Type", contentType)
            .POST(body)
            .build();
    return cluster.send(request);
  }

  private static byte[] allBytes() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}
