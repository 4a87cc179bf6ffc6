package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server that is in the images: what OpenFaaS may expect of it, and a handler of it. */
class FunctionServerTest {
  private static final String ECHO =
      """
      def handle(event, context):
          return {
              "statusCode": 201,
              "headers": {"X-Twice": ["a", "b"], "Content-Type": "x/y", "X-Method": event.method,
                          "X-Path": event.path, "X-Query": ",".join(event.query.getlist("k")),
                          "X-Header": event.headers.get("x-sent", ""),
                          "X-Call": context.call_id,
                          "X-Name": context.function_name + " in " + context.namespace},
              "body": event.body,
          }
      """;

  /** A call of /hold lasts until there is a file "go"; the file "held" tells that it has begun. */
  private static final String HOLD =
      """
      import os, time
      def handle(event, context):
          if event.path == "/hold":
              open("held", "w").close()
              while not os.path.exists("go"):
                  time.sleep(0.01)
          return event.path
      """;

  @TempDir private Path folder;
  private final List<FunctionServer> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(FunctionServer::close);
  }

  private FunctionServer serve(String handler, Map<String, String> env) throws IOException {
    Path function = Files.createDirectories(folder.resolve("function"));
    Path program = Programs.write(List.of("server.py", "starling_handler.py"), folder);
    Path file = Files.writeString(function.resolve("handler.py"), handler);
    Map<String, String> all = new HashMap<>(env);
    all.putIfAbsent("secret_mount_path", folder.resolve("none").toString());
    FunctionServer server =
        new FunctionServer(
            List.of("python3", "-B", program.toString(), file.toString(), "echo", "here"),
            function,
            all);
    open.add(server);
    return server;
  }

  private FunctionServer serve(String handler) throws IOException {
    return serve(handler, Map.of());
  }

  private CompletableFuture<HttpResponse<String>> hold(FunctionServer server) {
    CompletableFuture<HttpResponse<String>> held = server.start(server.to("/hold"));
    await().until(() -> Files.exists(folder.resolve("function/held")));
    return held;
  }

  private void letGo() throws IOException {
    Files.createFile(folder.resolve("function/go"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"})
  void passesEveryMethodWithAllThatBelongsToIt(String method) throws Exception {
    FunctionServer server = serve(ECHO);

    HttpResponse<byte[]> answer =
        server.send(
            server
                .to("/a/b%20c?k=1&k=2")
                .method(method, BodyPublishers.ofString("body"))
                .header("X-Sent", "one")
                .header("X-Sent", "two")
                .header("X-Call-Id", "call-7"));

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body()).asString().isEqualTo("body");
    assertThat(answer.headers().allValues("X-Twice")).containsExactly("a", "b");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("x/y");
    assertThat(answer.headers().firstValue("X-Method")).hasValue(method);
    assertThat(answer.headers().firstValue("X-Path")).hasValue("/a/b%20c");
    assertThat(answer.headers().firstValue("X-Query")).hasValue("1,2");
    assertThat(answer.headers().firstValue("X-Header")).hasValue("one, two");
    assertThat(answer.headers().firstValue("X-Call")).hasValue("call-7");
    assertThat(answer.headers().firstValue("X-Name")).hasValue("echo in here");
  }

  @Test
  void answersHeadWithTheLengthAlone() throws IOException {
    assertThat(
            serve(ECHO)
                .exchange("HEAD / HTTP/1.1\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"))
        .startsWith("HTTP/1.1 201 Created\r\n")
        .contains("Content-Length: 3\r\n")
        .endsWith("\r\n\r\n");
  }

  @Test
  void bytesComeAndGoAsTheyAre() throws Exception {
    byte[] bytes = new byte[1 << 20];
    new Random(7).nextBytes(bytes);
    FunctionServer server = serve(ECHO);

    assertThat(server.send(server.to("/").POST(BodyPublishers.ofByteArray(bytes))).body())
        .isEqualTo(bytes);
  }

  @Test
  void servesOneRequestAfterTheOtherOnAConnection() throws IOException {
    String chunked =
        "POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
            + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n";
    String last = "GET /2 HTTP/1.0\r\n\r\n";

    assertThat(serve("def handle(req):\n    return 'got ' + req\n").exchange(chunked + last))
        .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
        .contains("\r\n\r\ngot abcdeHTTP/1.1 200 OK\r\n")
        .endsWith("Connection: close\r\n\r\ngot ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "400: nonsense\r\n\r\n",
        "400: GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "400: GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "400: GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "400: GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "501: GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        "505: GET / HTTP/3.0\r\n\r\n",
      })
  void turnsDownWhatIsNoRequest(String statusAndRequest) throws IOException {
    assertThat(serve(ECHO).exchange(statusAndRequest.substring("400: ".length())))
        .startsWith("HTTP/1.1 " + statusAndRequest.substring(0, 3))
        .contains("Connection: close\r\n");
  }

  @Test
  void tellsWhatTheHandlerRaisedAndGoesOn() throws Exception {
    FunctionServer server =
        serve("def handle(req):\n    if req:\n        raise KeyError(req)\n    return 'fine'\n");

    HttpResponse<String> raised = server.post("/", "why");
    assertThat(raised.statusCode()).isEqualTo(500);
    assertThat(raised.body())
        .startsWith(
            "Traceback (most recent call last):\n  File \"handler.py\", line 3, in handle\n")
        .endsWith("KeyError: 'why'\n");
    assertThat(server.log()).isEqualTo("Traceback (most recent call last):");
    assertThat(server.post("/", "").body()).isEqualTo("fine");
  }

  @Test
  void givesSecretsThatAreTextAndThoseThatAreNot() throws Exception {
    Path secrets = Files.createDirectories(folder.resolve("secrets"));
    Files.writeString(secrets.resolve("api-key"), "näh");
    Files.write(secrets.resolve("raw"), new byte[] {-1, 0});
    Files.createDirectory(secrets.resolve("..data"));

    FunctionServer server =
        serve(
            "import os\ndef handle(req):\n    return os.environ.get(req, 'none')\n",
            Map.of("secret_mount_path", secrets.toString()));

    assertThat(server.post("/", "SECRET_API_KEY").body()).isEqualTo("näh");
    assertThat(server.post("/", "SECRET_RAW_BASE64").body()).isEqualTo("/wA=");
    assertThat(server.post("/", "SECRET_RAW").body()).isEqualTo("none");
  }

  @Test
  void takesAsManyCallsAsItMayAndStaysHealthy() throws Exception {
    FunctionServer server = serve(HOLD, Map.of("max_inflight", "1"));
    assertThat(server.get("/_/ready").statusCode()).isEqualTo(200);

    CompletableFuture<HttpResponse<String>> held = hold(server);
    assertThat(server.get("/_/ready").statusCode()).isEqualTo(429);
    assertThat(server.get("/").statusCode()).isEqualTo(429);
    assertThat(server.get("/_/health").statusCode()).isEqualTo(200);

    letGo();
    assertThat(held.join().body()).isEqualTo("/hold");
    assertThat(server.get("/").body()).isEqualTo("/");
  }

  @Test
  void givesUpOnACallThatTakesTooLong() throws Exception {
    FunctionServer server = serve(HOLD, Map.of("exec_timeout", "200ms"));

    HttpResponse<String> late = server.get("/hold");

    assertThat(late.statusCode()).isEqualTo(504);
    assertThat(late.body()).contains("exec_timeout (0.2 s)");
    letGo();
    assertThat(server.get("/").body()).isEqualTo("/");
  }

  @Test
  void closesAConnectionOnWhichNothingComes() throws IOException {
    FunctionServer server = serve(ECHO, Map.of("read_timeout", "100ms"));

    assertThat(server.exchange("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab")).isEmpty();
  }

  @Test
  void finishesCallsInProgressBeforeItEnds() throws Exception {
    FunctionServer server = serve(HOLD, Map.of("read_timeout", "100ms"));
    CompletableFuture<HttpResponse<String>> held = hold(server);

    server.terminate();
    await()
        .untilAsserted(
            () -> assertThatThrownBy(() -> server.exchange("")).isInstanceOf(IOException.class));
    assertThat(held).isNotDone();

    letGo();
    assertThat(held.join().body()).isEqualTo("/hold");
    assertThat(held.join().headers().firstValue("Connection")).hasValue("close");
    assertThat(server.ended()).isZero();
  }

  @Test
  void endsAtOnceWhenNothingIsInProgress() throws Exception {
    FunctionServer server = serve(HOLD);
    server.get("/");

    server.terminate();

    assertThat(server.ended()).isZero();
  }
}
