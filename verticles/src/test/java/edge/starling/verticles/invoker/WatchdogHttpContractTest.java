package edge.starling.verticles.invoker;

import static edge.starling.verticles.invoker.WatchdogFixture.answered;
import static edge.starling.verticles.invoker.WatchdogFixture.assertFailed;
import static edge.starling.verticles.invoker.WatchdogFixture.await;
import static edge.starling.verticles.invoker.WatchdogFixture.awaitGone;
import static edge.starling.verticles.invoker.WatchdogFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvokerMessage.Done;
import edge.starling.codecs.messages.InvokerMessage.Prepared;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a process of OpenFaaS's of-watchdog may expect in its mode {@code http}, one sentence a
 * test: it is started once and serves HTTP.
 */
class WatchdogHttpContractTest {
  /** Does what the path says. Files in its folder tell what it does, and what it may do. */
  private static final String SERVER =
      """
      #!/usr/bin/env python3
      import http.server, json, os, signal, sys, threading, time

      def touch(name, text=""):
          part = name + str(threading.get_ident())
          with open(part, "w") as file:
              file.write(text)
          os.rename(part, name)

      def until(name):
          while not os.path.exists(name):
              time.sleep(0.01)

      class Handler(http.server.BaseHTTPRequestHandler):
          protocol_version = "HTTP/1.1"

          def log_message(self, *ignored):
              pass

          def answer(self, status, body, *headers):
              self.send_response(status)
              for name, value in headers:
                  self.send_header(name, value)
              self.send_header("Content-Length", str(len(body)))
              self.end_headers()
              if self.command != "HEAD":
                  self.wfile.write(body)

          def serve(self):
              body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
              path = self.path.split("?")[0]
              if path == "/ready":
                  self.answer(200 if os.path.exists("ready") else 503, b"")
              elif path == "/pid":
                  self.answer(200, str(os.getpid()).encode())
              elif path == "/env":
                  self.answer(200, json.dumps(dict(os.environ)).encode())
              elif path == "/wait":
                  touch("waits", str(os.getpid()))
                  until("go")
                  self.answer(200, b"waited")
              elif path == "/hang":
                  touch("hangs")
                  if self.connection.recv(1) == b"":
                      touch("closed")
                  self.close_connection = True
              elif path == "/die":
                  print("last words", file=sys.stderr, flush=True)
                  os._exit(7)
              elif path == "/large":
                  self.answer(200, b"x" * int(body))
              else:
                  self.answer(207, body, ("X-Method", self.command), ("X-Target", self.path),
                              ("X-Headers", json.dumps(self.headers.items())),
                              ("X-Many", "1"), ("X-Many", "2"))

      for method in "GET HEAD POST PUT PATCH DELETE OPTIONS".split():
          setattr(Handler, "do_" + method, Handler.serve)

      touch("started", os.environ["PORT"])
      print("on stdout", flush=True)
      if os.environ.get("slow"):
          until("start")
      if os.environ.get("broken"):
          print("no cheese", file=sys.stderr)
          sys.exit(4)

      class Server(http.server.ThreadingHTTPServer):
          daemon_threads = True
          request_queue_size = 64

      server = Server(("127.0.0.1", int(os.environ["PORT"])), Handler)

      def end(*ignored):
          touch("terminated", "with go" if os.path.exists("go") else "without")
          threading.Thread(target=server.shutdown).start()

      signal.signal(signal.SIGTERM, signal.SIG_IGN if os.environ.get("stubborn") else end)
      server.serve_forever(0.01)
      """;

  private static final String[] SETTINGS = {"process.kill-after=300ms", "invoker.slots=16"};

  @TempDir private Path folder;
  private WatchdogFixture fixture;

  @BeforeEach
  void open() {
    fixture = new WatchdogFixture(folder, SETTINGS);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void provide(int version, String... env) {
    fixture.provide(version, SERVER, env(env));
  }

  private static Map<String, String> env(String... namesAndValues) {
    Map<String, String> env = new HashMap<>(Map.of("mode", "http"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      env.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return env;
  }

  private static String header(Response response, String name) {
    return response.headers().first(name).orElse("");
  }

  @Test
  void oneProcessServesAllCalls() {
    provide(1);

    String pid = fixture.answer("/pid");

    assertThat(fixture.answer("/pid")).isEqualTo(pid);
    assertThat(fixture.metric("starling.process.workers")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void theCallIsPassedOnWithItsMethodPathQueryAndHeaders(String method) {
    provide(1);
    Headers headers =
        Headers.of(
            "Host",
            "edge.example:8080",
            "X-Call-Id",
            "call-1",
            "X-One",
            "é",
            "X-Two",
            "a",
            "X-Two",
            "b",
            "Accept-Encoding",
            "gzip");

    Response response =
        fixture.answer(new Request(method, "/a%20b//c", "k=1%262&k=3&", headers, Body.EMPTY));

    assertThat(response.status()).isEqualTo(207);
    assertThat(header(response, "X-Method")).isEqualTo(method);
    assertThat(header(response, "X-Target")).isEqualTo("/a%20b//c?k=1%262&k=3&");
    assertThat(header(response, "X-Headers"))
        .contains(
            "[\"Host\", \"edge.example:8080\"], [\"X-Call-Id\", \"call-1\"],"
                + " [\"X-One\", \"\\u00e9\"], [\"X-Two\", \"a\"], [\"X-Two\", \"b\"],"
                + " [\"Accept-Encoding\", \"gzip\"]");
    assertThat(header(response, "X-Headers")).containsOnlyOnce("Host");
  }

  @Test
  void theAnswerComesBackUnchanged() {
    provide(1);
    byte[] body = new byte[3 << 20];
    new Random(1).nextBytes(body);

    Response response =
        fixture.answer(new Request("POST", "/", null, Headers.NONE, Body.of(body.clone())));

    assertThat(response.status()).isEqualTo(207);
    assertThat(response.body()).isEqualTo(Body.of(body));
    assertThat(String.join(" ", response.headers().namesAndValues())).contains("X-Many 1 X-Many 2");
  }

  @Test
  void anAnswerAboveTheLimitIsRefused() {
    fixture.close();
    fixture = new WatchdogFixture(folder, "http.max-body=1MiB");
    provide(1);

    assertFailed(await(large(1 + (1 << 20))), Failure.RUNTIME_ERROR, "http.max-body");
    assertThat(answered(await(large(1 << 20))).body().length()).isEqualTo(1 << 20);
  }

  private Future<Outcome> large(int bytes) {
    return fixture.invoke(
        new Request("POST", "/large", null, Headers.NONE, Body.utf8(String.valueOf(bytes))));
  }

  @Test
  void itsPortIsInItsEnvironmentWithTheDeployersVariables() {
    provide(1, "GREETING", "hi");

    String port = fixture.read(1, "started");
    assertThat(fixture.answer("/env"))
        .contains("\"GREETING\": \"hi\"")
        .contains("\"PORT\": \"" + port + "\"")
        .contains("\"port\": \"" + port + "\"")
        .contains("\"upstream_url\": \"http://127.0.0.1:" + port + "\"");
  }

  @Test
  void itServesAtItsUpstreamUrl() throws IOException {
    int port = LoopbackPort.free(ThreadLocalRandom.current());
    provide(1, "upstream_url", "http://localhost:" + port);

    assertThat(fixture.read(1, "started")).isEqualTo("" + port);
    assertThat(fixture.answer("/env"))
        .contains("\"upstream_url\": \"http://localhost:" + port + "\"");
  }

  @Test
  void aVersionWhoseUpstreamPortIsTakenIsUnfit() throws IOException {
    String url = "http://127.0.0.1:" + LoopbackPort.free(ThreadLocalRandom.current());
    provide(1, "upstream_url", url);

    assertThat(await(fixture.prepare(2, SERVER, env("upstream_url", url))).problem())
        .contains("is taken on this node");
    assertThat(fixture.answer("/env")).contains(url);
  }

  @Test
  void aVersionIsReadyOnlyWhenItsPathAnswers200() {
    provide(1);
    String before = fixture.answer("/pid");
    Future<Prepared> preparing = fixture.prepare(2, SERVER, env("ready_path", "/ready"));
    fixture.awaitFile(2, "started");

    assertThat(fixture.answer("/pid")).isEqualTo(before);
    assertThat(preparing.isComplete()).isFalse();

    fixture.write(2, "ready", "");
    assertThat(await(preparing).problem()).isNull();
    fixture.activate(2);
    assertThat(fixture.answer("/pid")).isNotEqualTo(before);
  }

  @Test
  void withoutAPathItIsReadyWhenItsPortTakesAConnection() {
    Future<Prepared> preparing = fixture.prepare(1, SERVER, env("slow", "true"));
    fixture.awaitFile(1, "started");
    assertThat(preparing.isComplete()).isFalse();

    fixture.write(1, "start", "");
    assertThat(await(preparing).problem()).isNull();
  }

  @Test
  void whatIsNotReadyInTimeIsUnfit() {
    fixture.close();
    fixture = new WatchdogFixture(folder, "process.start-timeout=2s");

    assertThat(await(fixture.prepare(1, SERVER, env("slow", "true"))).problem())
        .contains("took no connection on its port", "process.start-timeout (2000 ms)", "on stdout");
    assertThat(await(fixture.prepare(2, SERVER, env("ready_path", "/ready"))).problem())
        .contains("did not answer 200 on its ready_path", "process.start-timeout (2000 ms)");
  }

  @Test
  void whatEndsInsteadOfServingIsUnfitWithTheEndOfItsStderr() {
    assertThat(fixture.problem(SERVER, env("broken", "true"))).contains("exit code 4", "no cheese");
  }

  @ParameterizedTest
  @ValueSource(strings = {"streaming", "serializing", "static"})
  void otherModesAreRefusedWithWhatIsAllowed(String mode) {
    assertThat(fixture.problem(SERVER, Map.of("mode", mode))).contains("mode is http");
  }

  @Test
  void anUpstreamElsewhereIsRefusedWithWhatIsAllowed() {
    assertThat(fixture.problem(SERVER, env("upstream_url", "http://10.0.0.1:80")))
        .contains("upstream_url is http://127.0.0.1:PORT");
  }

  @Test
  void aboveMaxInflightItTakesNoMoreCalls() {
    provide(1, "max_inflight", "2");
    List<Future<Outcome>> calls = List.of(fixture.get("/wait"), fixture.get("/wait"));
    fixture.awaitFile(1, "waits");

    Outcome third = await(fixture.get("/pid"));
    fixture.write(1, "go", "");

    assertThat(third)
        .isInstanceOfSatisfying(
            Refused.class, it -> assertThat(it.reason()).isEqualTo(Reason.FUNCTION_FULL));
    assertThat(Reason.FUNCTION_FULL.status()).isEqualTo(429);
    assertThat(calls)
        .allSatisfy(call -> assertThat(text(answered(await(call)))).isEqualTo("waited"));
    assertThat(fixture.answer("/pid")).isNotEmpty();
  }

  @Test
  void aboveItsExecTimeoutACallsTimeIsUpAndItsConnectionClosed() {
    provide(1, "exec_timeout", "1s");
    String pid = fixture.answer("/pid");

    Outcome outcome = await(fixture.get("/hang"));

    assertFailed(outcome, Failure.DEADLINE, "exec_timeout");
    assertThat(Failure.DEADLINE.status()).isEqualTo(504);
    fixture.awaitFile(1, "closed");
    assertThat(fixture.answer("/pid")).isEqualTo(pid);
  }

  @Test
  void aCallThatAProcessDiedInSaysHowAndTheNextHasAnotherProcess() {
    provide(1);
    String pid = fixture.answer("/pid");

    Outcome outcome = await(fixture.get("/die"));

    assertFailed(outcome, Failure.RUNTIME_ERROR, "exit code 7", "last words");
    assertThat(fixture.answer("/pid")).isNotEqualTo(pid);
    assertThat(fixture.metric("starling.process.restarts")).isEqualTo(1);
  }

  @Test
  void callsThatFindNoProcessWaitForTheNext() {
    provide(1);
    String pid = fixture.answer("/pid");
    ProcessHandle process = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    process.destroyForcibly();
    process.onExit().join();

    List<Future<Outcome>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(fixture.get("/nothing"));
    }

    assertThat(calls).allSatisfy(call -> assertThat(answered(await(call)).status()).isEqualTo(207));
    assertThat(fixture.answer("/pid")).isNotEqualTo(pid);
  }

  @Test
  void aRetiredVersionFinishesItsCallsBeforeItIsAskedToEnd() {
    provide(1);
    Future<Outcome> last = fixture.get("/wait");
    String old = fixture.read(1, "waits");
    provide(2);
    Future<Done> retired = fixture.retire(1);

    assertThat(fixture.answer("/pid")).isNotEqualTo(old);
    fixture.write(1, "go", "");

    assertThat(text(answered(await(last)))).isEqualTo("waited");
    await(retired);
    assertThat(fixture.read(1, "terminated")).isEqualTo("with go");
    awaitGone(old);
  }

  @Test
  void itIsKilledWhereItDoesNotEndWhenAsked() {
    provide(1, "stubborn", "true");
    String pid = fixture.answer("/pid");

    await(fixture.retire(1));

    awaitGone(pid);
    assertThat(fixture.metric("starling.process.restarts")).isZero();
  }

  @Test
  void aServerThatAShellHasStartedIsGoneAsWell() {
    fixture.write(1, "server", SERVER);
    fixture.provide(1, "#!/bin/sh\npython3 server\nexit 0\n", env());
    String pid = fixture.answer("/pid");

    await(fixture.retire(1));

    fixture.awaitFile(1, "terminated");
    awaitGone(pid);
  }

  @Test
  void theProcessIsGoneWhenTheNodeHasStopped() {
    provide(1);
    String pid = fixture.answer("/pid");

    fixture.close();

    awaitGone(pid);
    fixture = new WatchdogFixture(folder, SETTINGS);
  }
}
