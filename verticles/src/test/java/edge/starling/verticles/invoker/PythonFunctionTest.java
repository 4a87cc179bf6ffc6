package edge.starling.verticles.invoker;

import static edge.starling.verticles.invoker.ProcessFixture.bytes;
import static edge.starling.verticles.invoker.ProcessFixture.post;
import static edge.starling.verticles.invoker.ProcessFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Raised;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a Python handler sees and what becomes of what it returns, with real workers. */
class PythonFunctionTest {
  private static final String NOTHING = "";

  @TempDir private Path folder;
  private ProcessFixture fixture;

  @BeforeEach
  void open() {
    fixture = new ProcessFixture(folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private PreparedFunction python(String... lines) {
    return fixture.python(String.join("\n", lines) + "\n");
  }

  @Test
  void givesTheBodyAsTextAndTakesText() {
    PreparedFunction upper = python("def handle(req):", "    return req.upper()");

    Response response = fixture.answer(upper, post("grüße"));

    assertThat(response.status()).isEqualTo(200);
    assertThat(text(response)).isEqualTo("GRÜSSE");
    assertThat(response.headers().first("Content-Type")).contains("text/plain; charset=utf-8");
  }

  @Test
  void takesNothingBytesAndJsonFromATextHandler() {
    PreparedFunction function =
        python(
            "def handle(req):",
            "    return {'none': None, 'bytes': b'\\xff\\x00', 'json': {'ä': [1, True]}}[req]");

    assertThat(bytes(fixture.answer(function, post("none")))).isEmpty();
    assertThat(bytes(fixture.answer(function, post("bytes")))).containsExactly(0xff, 0);
    Response json = fixture.answer(function, post("json"));
    assertThat(text(json)).isEqualTo("{\"ä\": [1, true]}");
    assertThat(json.headers().first("content-type")).contains("application/json");
  }

  @Test
  void givesMethodPathQueryHeadersAndBodyToAnEventHandler() {
    PreparedFunction function =
        python(
            "def handle(event, context):",
            "    return {'body': [event.method, event.path, event.query['k'],",
            "        event.query.getlist('k'), event.query.get('none'), event.headers['x-ONE'],",
            "        event.headers.get('X-Two'), 'x-one' in event.headers, event.body.decode(),",
            "        context.call_id, context.function_name, context.namespace,",
            "        len(context.hostname) > 0]}");
    Request request =
        new Request(
            "PATCH",
            "/a%20b/c",
            "k=1%262&k=3",
            Headers.of("X-One", "é", "x-two", "a", "X-Two", "b"),
            Body.utf8("body"));

    assertThat(text(fixture.answer(function, request)))
        .isEqualTo(
            "[\"PATCH\", \"/a%20b/c\", \"1&2\", [\"1&2\", \"3\"], null, \"é\", \"a, b\", true,"
                + " \"body\", \"call-1\", \"hello\", \"openfaas-fn\", true]");
  }

  @Test
  void answersWithTheStatusAndTheHeadersOfAnEventHandler() {
    PreparedFunction function =
        python(
            "def handle(event, context):",
            "    return {'statusCode': 500, 'body': 'mine', 'headers': {'Content-Type': 'a/b',",
            "        'X-Many': ['1', 2], 'Content-Length': '99'}}");

    Response response = fixture.answer(function, post(NOTHING));

    assertThat(response.status()).isEqualTo(500);
    assertThat(text(response)).isEqualTo("mine");
    assertThat(response.headers())
        .isEqualTo(Headers.of("Content-Type", "a/b", "X-Many", "1", "X-Many", "2"));
  }

  @Test
  void takesABareValueFromAnEventHandler() {
    PreparedFunction function = python("def handle(event, context):", "    return {'n': 1}");

    Response response = fixture.answer(function, post(NOTHING));

    assertThat(response.status()).isEqualTo(200);
    assertThat(text(response)).isEqualTo("{\"n\": 1}");
  }

  @Test
  void carriesBinaryBodiesBothWays() {
    byte[] body = new byte[3 << 20];
    new Random(1).nextBytes(body);
    PreparedFunction event =
        python("def handle(event, context):", "    return {'body': event.body}");
    assertThat(bytes(fixture.answer(event, post(body)))).isEqualTo(body);

    PreparedFunction asText = python("def handle(req):", "    return req");
    assertThat(bytes(fixture.answer(asText, post(body)))).isEqualTo(body);
  }

  @Test
  void tellsWhatAHandlerRaised() {
    PreparedFunction function =
        python(
            "import sys", "def handle(req):", "    if req: sys.exit(3)", "    raise KeyError('x')");

    assertThat(fixture.call(function, post(NOTHING)))
        .isInstanceOfSatisfying(
            Raised.class,
            raised ->
                assertThat(raised.detail())
                    .contains("in handle")
                    .endsWith("KeyError: 'x'\n")
                    .doesNotContain("worker.py"));
    assertThat(fixture.call(function, post("exit")))
        .isInstanceOfSatisfying(
            Raised.class, raised -> assertThat(raised.detail()).contains("SystemExit: 3"));
  }

  @Test
  void logsWhatAHandlerPrintsAndRaises() {
    PreparedFunction function =
        python(
            "import os, sys",
            "print('loaded')",
            "def handle(req):",
            "    print('got', req, end='')",
            "    print(' and more' if req == 'b' else '', file=sys.stderr, end='')",
            "    if req == 'c': raise KeyError('x')",
            "    if req == 'd':",
            "        os.write(1, b'from below\\n')",
            "        os.system('echo from a child')");

    fixture.answer(function, "a");
    fixture.answer(function, "b");
    fixture.call(function, post("c"));
    fixture.answer(function, "d");

    await().until(() -> fixture.log().contains("from a child"));
    assertThat(fixture.log())
        .containsSubsequence("loaded", "got a", "got b and more", "got c", "KeyError: 'x'")
        .contains("from below")
        .anyMatch(line -> line.contains("in handle"))
        .noneMatch(line -> line.contains("worker.py"));
  }

  @Test
  void logsWhatBecomesOfItsWorkers() {
    PreparedFunction function =
        python("import os", "def handle(req):", "    os.kill(os.getpid(), 9)");

    fixture.call(function, post("x"));

    await()
        .untilAsserted(
            () ->
                assertThat(fixture.log())
                    .anyMatch(line -> line.matches("\\[starling] worker \\d+ takes calls"))
                    .anyMatch(
                        line -> line.matches("\\[starling] worker \\d+ was killed by signal 9")));
  }

  @Test
  void aHandlerMayDoWhatItLikesWithItsStreams() {
    PreparedFunction function =
        python(
            "import sys",
            "def handle(req):",
            "    if sys.stderr: sys.stderr.close()",
            "    sys.stderr = sys.stdout = None",
            "    if req: raise KeyError(req)",
            "    return 'fine'");

    assertThat(fixture.answer(function, "")).isEqualTo("fine");
    assertThat(fixture.call(function, post("x"))).isInstanceOf(Raised.class);
    assertThat(fixture.answer(function, "")).isEqualTo("fine");
  }

  @Test
  void raisesForAnAnswerThatHttpDoesNotKnow() {
    PreparedFunction function =
        python(
            "def handle(event, context):",
            "    return [{'statusCode': 99}, {'headers': {'X': 'a\\r\\nY: b'}}, object(),",
            "        float('nan')][int(event.body)]");

    for (String number : List.of("0", "1", "2", "3")) {
      assertThat(fixture.call(function, post(number))).as(number).isInstanceOf(Raised.class);
    }
  }

  @Test
  void keepsWhatAHandlerPrintsAndReadsApart() {
    PreparedFunction function =
        python(
            "import os, subprocess, sys",
            "print('hello')",
            "def handle(req):",
            "    print('HTTP/1.1 200 OK')",
            "    os.write(1, b'noise')",
            "    subprocess.run(['echo', 'noise'])",
            "    return sys.stdin.read() + 'fine'");

    assertThat(fixture.answer(function, NOTHING)).isEqualTo("fine");
    assertThat(fixture.answer(function, NOTHING)).isEqualTo("fine");
  }

  @Test
  void givesTheFunctionsVariablesAndNothingOfTheNodes() {
    fixture.env(Map.of("GREETING", "hi"));
    PreparedFunction function =
        python(
            "import os",
            "def handle(req):",
            "    return [os.environ['GREETING'], os.environ['HOME'], os.getcwd(),",
            "        sorted(set(os.environ) - {'PATH', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ'})]");

    assertThat(fixture.answer(function, NOTHING))
        .isEqualTo("[\"hi\", \"%1$s\", \"%1$s\", [\"GREETING\", \"HOME\"]]".formatted(folder));
  }

  @Test
  void refusesAnAnswerAboveTheLimit() {
    PreparedFunction function = python("def handle(req):", "    return b'x' * int(req)");

    String detail = "larger than " + ProcessFixture.MAX_BODY_BYTES + " bytes (http.max-body)";
    for (int over : List.of(1, 10 << 20)) {
      assertThat(fixture.call(function, post("" + (ProcessFixture.MAX_BODY_BYTES + over))))
          .isInstanceOfSatisfying(
              Broke.class, broke -> assertThat(broke.detail()).contains(detail));
    }
    assertThat(bytes(fixture.answer(function, post("" + ProcessFixture.MAX_BODY_BYTES))))
        .hasSize(ProcessFixture.MAX_BODY_BYTES);
  }

  @Test
  void isUnfitWithTheEndOfTheTracebackWhenTheHandlerCannotBeImported() {
    assertThatThrownBy(() -> python("import no_such_module_here"))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("exit code 1")
        .hasMessageContaining("ModuleNotFoundError: No module named 'no_such_module_here'");
    assertThatThrownBy(() -> python("def handle(req:"))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("SyntaxError");
  }

  @Test
  void isUnfitWithoutAHandlerOfAKnownForm() {
    assertThatThrownBy(() -> python("def handler(req): pass"))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("handler.py defines no function \"handle\"");
    assertThatThrownBy(() -> python("def handle(a, b, c): pass"))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("handle takes (req) or (event, context), not (a, b, c)");
    assertThatThrownBy(() -> python("def handle(): pass")).isInstanceOf(Unfit.class);
  }

  @Test
  void isUnfitWithVariablesThatNoProcessCanHave() {
    fixture.env(Map.of("A=B", "secret"));

    assertThatThrownBy(() -> python("def handle(req): pass"))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("A=B")
        .hasMessageNotContaining("secret");
  }
}
