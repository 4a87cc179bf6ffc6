package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import edge.starling.verticles.invoker.Run.Answered;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.Run.Raised;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WasmRuntimeTest {
  private static final int OUTPUT_LIMIT = 1 << 20;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  // one thread: whatever a run leaves behind on it meets the next one
  private static final BytesInFlight BYTES = new BytesInFlight(0);
  private final Journal journal = Journals.small();
  private final WasmRuntime runtime =
      new WasmRuntime(1, OUTPUT_LIMIT, new Secrets(), journal, metrics);

  @AfterEach
  void close() {
    runtime.close();
  }

  @Test
  void handsTheBodyInAndTheOutputBack() throws Exception {
    byte[] body = new byte[100_000];
    Arrays.fill(body, (byte) 200);

    Response response = answered(call(prepared("echo"), Body.of(body)));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers().first("content-type")).hasValue("text/plain; charset=utf-8");
    assertThat(bytes(response)).isEqualTo(body);
  }

  @Test
  void answersWithNothingWhereNothingIsPrinted() throws Exception {
    assertThat(bytes(answered(call(prepared("noop"), Body.EMPTY)))).isEmpty();
    assertThat(bytes(answered(call(prepared("exit0"), Body.EMPTY)))).isEmpty();
  }

  @Test
  void putsTheRequestIntoTheEnvironment() throws Exception {
    Request request =
        new Request("PUT", "/a/b", "x=1&y", Headers.of("X-Colour", "red"), Body.utf8("four"));
    PreparedFunction function = prepared(Wasm.description("env", 1, Map.of("SECRET", "s3")));

    Run run = function.start(new InvocationId("id-7"), request, MINUTE, BYTES.open());

    String text = new String(bytes(answered(ending(run))), UTF_8);
    assertThat(text.split("\0"))
        .containsExactlyInAnyOrder(
            "SECRET=s3",
            "Http_Method=PUT",
            "Http_Path=/a/b",
            "Http_Query=x=1&y",
            "Http_X_Colour=red",
            "Http_Content_Length=4",
            "Http_X_Call_Id=id-7");
  }

  @Test
  void tellsATrapWithTheEndOfStderr() throws Exception {
    Broke broke = (Broke) call(prepared("trap"), Body.EMPTY);

    assertThat(broke.detail()).contains("unreachable").endsWith("it broke!");
    assertThat(Journals.texts(journal, FunctionName.parse("trap"))).containsExactly("it broke!");
  }

  @Test
  void tellsAnExitStatusWithTheEndOfStderr() throws Exception {
    Raised raised = (Raised) call(prepared("exit3"), Body.EMPTY);

    assertThat(raised.detail()).contains("status 3").endsWith("no cheese");
    assertThat(Journals.texts(journal, FunctionName.parse("exit3"))).containsExactly("no cheese");
  }

  @Test
  void stopsAnEndlessLoopAndUsesItsThreadAgain() throws Exception {
    PreparedFunction echo = prepared("echo");
    for (String endless : List.of("loop", "sleep")) {
      Run run =
          prepared(endless)
              .start(InvocationId.random(), Wasm.post(Body.EMPTY), MINUTE, BYTES.open());
      await().until(() -> thread("starling-wasm-1").getState() != Thread.State.WAITING);
      assertThat(run.ended().toCompletableFuture()).isNotDone();

      run.stop();

      assertThat(ending(run)).isInstanceOf(Broke.class);
      assertThat(bytes(answered(call(echo, Body.utf8("again"))))).asString().isEqualTo("again");
    }
  }

  @Test
  void doesNotStartWhatIsStoppedBeforeItsTurn() throws Exception {
    Run before =
        prepared("loop").start(InvocationId.random(), Wasm.post(Body.EMPTY), MINUTE, BYTES.open());
    Run run =
        prepared("trap").start(InvocationId.random(), Wasm.post(Body.EMPTY), MINUTE, BYTES.open());

    run.stop();
    before.stop();

    assertThat(((Broke) ending(run)).detail()).contains("stopped");
  }

  @Test
  void stoppingWhatHasEndedHitsNobodyElse() throws Exception {
    PreparedFunction echo = prepared("echo");
    Run ended = echo.start(InvocationId.random(), Wasm.post(Body.EMPTY), MINUTE, BYTES.open());
    answered(ending(ended));
    for (int i = 0; i < 200; i++) {
      Run run =
          echo.start(InvocationId.random(), Wasm.post(Body.utf8("hello")), MINUTE, BYTES.open());
      ended.stop();
      assertThat(bytes(answered(ending(run)))).asString().isEqualTo("hello");
      ended = run;
    }
  }

  @Test
  void holdsMemoryToTheLimit() throws Exception {
    Response response = answered(call(prepared(Wasm.description("grow", 3, Map.of())), Body.EMPTY));

    byte[] pages = bytes(response);
    assertThat((pages[0] & 0xff) + 256 * pages[1]).isEqualTo(3 * 16);
  }

  @Test
  void neverGivesAModuleLessThanItsOwnMinimum() throws Exception {
    PreparedFunction big = prepared(Wasm.description("big", 1, Map.of()));

    assertThat(big.memoryMiB()).isEqualTo(3);
    answered(call(big, Body.EMPTY));
  }

  @Test
  void givesEveryCallAFreshInstance() throws Exception {
    PreparedFunction function = prepared("once");
    for (int i = 0; i < 5; i++) {
      assertThat(bytes(answered(call(function, Body.EMPTY)))).asString().isEqualTo("01a");
    }
  }

  @Test
  void readsACgiHeaderBlockOnlyWhereTheDeployerAskedForIt() throws Exception {
    Body page = Body.utf8("Status: 404\nContent-Type: text/html\n\n<p>no</p>");
    PreparedFunction cgi =
        prepared(Wasm.description("echo", 1, Map.of(CgiOutput.CGI_VARIABLE, "true")));

    Response response = answered(call(cgi, page));

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.headers()).isEqualTo(Headers.of("Content-Type", "text/html"));
    assertThat(bytes(response)).asString().isEqualTo("<p>no</p>");
    assertThat(((Broke) call(cgi, Body.utf8("no block"))).detail()).contains("CGI header block");
    assertThat(answered(call(prepared("echo"), page)).status()).isEqualTo(200);
  }

  @Test
  void endsTheCallOfAFunctionThatTakesTooMuch() throws Exception {
    assertThat(((Broke) call(prepared("flood"), Body.EMPTY)).detail())
        .contains("larger than " + OUTPUT_LIMIT);
    assertThat(((Broke) call(prepared("recursion"), Body.EMPTY)).detail())
        .contains("call stack exhausted");
    // EFAULT: it points outside of its memory
    assertThat(((Raised) call(prepared("greedy"), Body.EMPTY)).detail()).contains("status 21");
    assertThat(answered(call(prepared("noop"), Body.EMPTY)).status()).isEqualTo(200);
  }

  @Test
  void hasNoFiles() throws Exception {
    // EBADF: there is no folder to open anything in
    assertThat(((Raised) call(prepared("files"), Body.EMPTY)).detail()).contains("status 8");
  }

  @Test
  void namesImportsThatNobodyProvides() {
    assertThatThrownBy(() -> prepared("stranger"))
        .hasCauseInstanceOf(Unfit.class)
        .hasMessageContaining("env.telephone, wasi_snapshot_preview1.fd_raed");
  }

  @Test
  void turnsAwayWhatIsNoCommandOrNoModule(@TempDir Path folder) throws Exception {
    assertThatThrownBy(() -> prepared("library"))
        .hasCauseInstanceOf(Unfit.class)
        .hasMessageContaining("_start");

    byte[] module = Files.readAllBytes(Wasm.FOLDER.resolve("echo.wasm"));
    for (byte[] broken :
        List.of("hello".getBytes(UTF_8), new byte[0], Arrays.copyOf(module, 100))) {
      Files.write(folder.resolve("broken.wasm"), broken);
      Description description = Wasm.description("broken", 1, Map.of());
      assertThatThrownBy(() -> runtime.prepare(description, folder).toCompletableFuture().get())
          .hasCauseInstanceOf(Unfit.class)
          .hasMessageContaining("not a valid WebAssembly module");
    }
    assertThat(runtime.modulesInUse()).isZero();
  }

  @Test
  void survivesEveryModuleWithADamagedByte(@TempDir Path folder) throws Exception {
    byte[] module = Files.readAllBytes(Wasm.FOLDER.resolve("once.wasm"));
    for (int i = 0; i < module.length; i++) {
      byte[] damaged = module.clone();
      damaged[i] ^= 0x5a;
      Files.write(folder.resolve("damaged.wasm"), damaged);
      Description description = Wasm.description("damaged", 1, Map.of());
      try {
        PreparedFunction function =
            runtime.prepare(description, folder).toCompletableFuture().get(20, SECONDS);
        Run run =
            function.start(InvocationId.random(), Wasm.post(Body.EMPTY), MINUTE, BYTES.open());
        run.stop();
        assertThat(ending(run)).isNotNull();
        function.close();
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(Unfit.class);
      }
    }
    assertThat(runtime.modulesInUse()).isZero();
  }

  @Test
  void compilesEqualHandlersOnceAndDropsThemWhenUnused() throws Exception {
    PreparedFunction first = prepared(Wasm.description("echo", 1, Map.of()));
    PreparedFunction second = prepared(Wasm.description("echo", 2, Map.of()));
    assertThat(runtime.modulesInUse()).isEqualTo(1);

    first.close();
    assertThat(bytes(answered(call(second, Body.utf8("x"))))).hasSize(1);
    second.close();

    assertThat(runtime.modulesInUse()).isZero();
  }

  @Test
  void measuresColdStartsApartFromWarmCalls() throws Exception {
    PreparedFunction function = prepared("echo");
    for (int i = 0; i < 3; i++) {
      answered(call(function, Body.EMPTY));
    }

    assertThat(metrics.timer("starling.wasm.cold.start").count()).isEqualTo(1);
    assertThat(metrics.timer("starling.wasm.call").count()).isEqualTo(2);
  }

  @Test
  void keepsCallsOnSeveralThreadsApart() throws Exception {
    try (WasmRuntime wide = new WasmRuntime(4, OUTPUT_LIMIT, new Secrets(), journal, metrics)) {
      PreparedFunction echo = prepare(wide, Wasm.description("echo", 1, Map.of()));
      List<Run> runs = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        Body body = Body.utf8("call " + i);
        runs.add(echo.start(InvocationId.random(), Wasm.post(body), MINUTE, BYTES.open()));
      }

      for (int i = 0; i < runs.size(); i++) {
        assertThat(bytes(answered(ending(runs.get(i))))).asString().isEqualTo("call " + i);
      }
    }
  }

  @Test
  void runsMoreAtOnceWhenThereAreMoreSlots() throws Exception {
    try (WasmRuntime resized = new WasmRuntime(2, OUTPUT_LIMIT, new Secrets(), journal, metrics)) {
      PreparedFunction loop = prepare(resized, Wasm.description("loop", 1, Map.of()));
      PreparedFunction echo = prepare(resized, Wasm.description("echo", 1, Map.of()));
      resized.resize(1);
      Run endless = loop.start(InvocationId.random(), Wasm.post(Body.EMPTY), MINUTE, BYTES.open());
      Run other = loop.start(InvocationId.random(), Wasm.post(Body.EMPTY), MINUTE, BYTES.open());

      resized.resize(3);

      answered(call(echo, Body.EMPTY));
      endless.stop();
      other.stop();
      assertThat(ending(endless)).isInstanceOf(Broke.class);
      assertThat(ending(other)).isInstanceOf(Broke.class);
    }
  }

  private PreparedFunction prepared(String module) throws Exception {
    return prepared(Wasm.description(module, 1, Map.of()));
  }

  private PreparedFunction prepared(Description description) throws Exception {
    return prepare(runtime, description);
  }

  private static PreparedFunction prepare(WasmRuntime on, Description description)
      throws Exception {
    return on.prepare(description, Wasm.FOLDER).toCompletableFuture().get(20, SECONDS);
  }

  private static Ending call(PreparedFunction function, Body body) throws Exception {
    return ending(function.start(InvocationId.random(), Wasm.post(body), MINUTE, BYTES.open()));
  }

  private static Ending ending(Run run) throws Exception {
    return run.ended().toCompletableFuture().get(20, SECONDS);
  }

  private static Response answered(Ending ending) {
    assertThat(ending).isInstanceOf(Answered.class);
    return ((Answered) ending).response();
  }

  private static byte[] bytes(Response response) {
    return response.body().bytes().array();
  }

  private static Thread thread(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .findAny()
        .orElseThrow();
  }
}
