package edge.starling.verticles.invoker;

import static edge.starling.verticles.invoker.WatchdogFixture.assertFailed;
import static edge.starling.verticles.invoker.WatchdogFixture.await;
import static edge.starling.verticles.invoker.WatchdogFixture.awaitGone;
import static edge.starling.verticles.invoker.WatchdogFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Request;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a process of OpenFaaS's classic watchdog may expect, one sentence a test: it is started for
 * each call.
 */
class WatchdogForkContractTest {
  private static final String PROGRAM =
      """
      #!/usr/bin/env python3
      import os, sys, time

      body = sys.stdin.buffer.read()
      path = os.environ["Http_Path"]

      def touch(name):
          with open(name + ".part", "w") as file:
              file.write(str(os.getpid()))
          os.rename(name + ".part", name)

      if path == "/env":
          for name in sorted(os.environ):
              if name.startswith("Http_"):
                  print(name + "=" + os.environ[name])
      elif path == "/exit":
          print("no such thing", file=sys.stderr)
          sys.exit(3)
      elif path == "/wait":
          touch("waits")
          while not os.path.exists("go"):
              time.sleep(0.01)
      else:
          sys.stdout.buffer.write(body)
      """;

  @TempDir private Path folder;
  private WatchdogFixture fixture;

  @BeforeEach
  void open() {
    fixture = new WatchdogFixture(folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void provide(Map<String, String> env) {
    fixture.provide(1, PROGRAM, env);
  }

  @Test
  void theBodyIsOnStandardInputAndTheAnswerOnStandardOutput() {
    provide(Map.of());
    byte[] body = new byte[256];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) i;
    }

    var answer =
        fixture.answer(new Request("POST", "/", null, Headers.NONE, Body.of(body.clone())));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(Body.of(body));
  }

  @Test
  void anExitStatusThatIsNotZeroIsAnErrorOfTheFunction() {
    provide(Map.of());

    Outcome outcome = await(fixture.get("/exit"));

    assertFailed(outcome, Failure.FUNCTION_ERROR, "exit code 3", "no such thing");
    assertThat(Failure.FUNCTION_ERROR.status()).isEqualTo(500);
  }

  @Test
  void theRestOfTheRequestIsInTheEnvironment() {
    provide(Map.of());
    Request request =
        new Request(
            "PATCH",
            "/env",
            "a=1&b=%20",
            Headers.of("Content-Type", "text/x-one", "X-Api-Key", "k"),
            Body.utf8("12345"));

    assertThat(text(fixture.answer(request)).lines())
        .filteredOn(line -> !line.startsWith("Http_X_Call_Id="))
        .containsExactly(
            "Http_Content_Length=5",
            "Http_Content_Type=text/x-one",
            "Http_Method=PATCH",
            "Http_Path=/env",
            "Http_Query=a=1&b=%20",
            "Http_X_Api_Key=k");
  }

  @Test
  void itIsKilledAfterItsExecTimeoutAndTheCallsTimeIsUp() {
    fixture.provide(
        1,
        """
        #!/bin/sh
        echo $$ >own.part
        mv own.part own
        sleep 600
        """,
        Map.of("exec_timeout", "2"));

    Outcome outcome = await(fixture.get("/"));

    assertFailed(outcome, Failure.DEADLINE, "exec_timeout");
    assertThat(Failure.DEADLINE.status()).isEqualTo(504);
    awaitGone(fixture.read(1, "own").strip());
  }

  @Test
  void anExecTimeoutThatCannotBeReadIsRefusedWithWhatIsAllowed() {
    assertThat(fixture.problem(PROGRAM, Map.of("exec_timeout", "soon")))
        .contains("exec_timeout", "500ms, 10s, 1m30s");
  }

  @Test
  void aboveMaxInflightItTakesNoMoreCalls() {
    provide(Map.of("max_inflight", "1"));
    Future<Outcome> first = fixture.get("/wait");
    fixture.awaitFile(1, "waits");

    Outcome second = await(fixture.get("/"));
    fixture.write(1, "go", "");

    assertThat(second)
        .isInstanceOfSatisfying(
            Refused.class, it -> assertThat(it.reason()).isEqualTo(Reason.FUNCTION_FULL));
    WatchdogFixture.answered(await(first));
    assertThat(fixture.answer("/")).isEmpty();
  }
}
