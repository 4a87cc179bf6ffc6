package edge.starling.verticles.invoker;

import static edge.starling.verticles.invoker.ProcessFixture.bytes;
import static edge.starling.verticles.invoker.ProcessFixture.ending;
import static edge.starling.verticles.invoker.ProcessFixture.post;
import static edge.starling.verticles.invoker.ProcessFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Request;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import edge.starling.verticles.invoker.Run.Answered;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.Run.Raised;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process for each call, with real ones. */
class ExecutableFunctionTest {
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

  private PreparedFunction shell(String... lines) {
    return fixture.executable("#!/bin/sh\n" + String.join("\n", lines) + "\n");
  }

  private static void assertBroke(Ending ending, String words) {
    assertThat(ending)
        .isInstanceOfSatisfying(Broke.class, broke -> assertThat(broke.detail()).contains(words));
  }

  private boolean hasAliveProcessOf(String file) {
    long pid = Long.parseLong(read(file).strip());
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private String read(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void givesTheBodyOnStdinAndTheRestInTheEnvironment() {
    fixture.env(Map.of("GREETING", "hi"));
    PreparedFunction function =
        shell("cat", "echo \" $Http_Method $Http_Path $Http_Query $Http_X_One $GREETING $HOME\"");
    Request request =
        new Request("PUT", "/a/b", "k=v", Headers.of("X-One", "1"), Body.utf8("body"));

    assertThat(text(fixture.answer(function, request)))
        .isEqualTo("body PUT /a/b k=v 1 hi " + folder + "\n");
  }

  @Test
  void givesNothingOfTheNodesEnvironment() {
    PreparedFunction function = shell("env | cut -d= -f1 | sort | tr '\\n' ' '");

    assertThat(fixture.answer(function, "").split(" "))
        .isNotEmpty()
        .allMatch(
            name ->
                name.startsWith("Http_")
                    || List.of("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "HOME", "PWD", "_")
                        .contains(name)
                    || name.equals("SHLVL")
                    || name.equals("OLDPWD"));
  }

  @Test
  void carriesLargeBodiesBothWays() {
    byte[] body = new byte[3 << 20];
    new Random(1).nextBytes(body);

    assertThat(bytes(fixture.answer(shell("cat"), post(body)))).isEqualTo(body);
  }

  @Test
  void doesNotHangWhenTheBodyIsNotRead() {
    PreparedFunction function = shell("echo fine");

    assertThat(text(fixture.answer(function, post(new byte[3 << 20])))).isEqualTo("fine\n");
  }

  @Test
  void raisesWithTheExitCodeAndTheEndOfStderr() {
    PreparedFunction function = shell("echo out", "echo no such thing >&2", "exit 3");

    assertThat(fixture.call(function, post("")))
        .isInstanceOfSatisfying(
            Raised.class,
            raised ->
                assertThat(raised.detail())
                    .isEqualTo("its process ended with exit code 3: no such thing"));
  }

  @Test
  void logsItsStderr() {
    PreparedFunction function = shell("echo one >&2", "printf 'in %s' \"$PWD/x\" >&2", "cat");

    fixture.answer(function, "body");
    fixture.answer(function, "body");

    assertThat(fixture.log()).containsExactly("one", "in x", "one", "in x");
  }

  @Test
  void aFloodOnStderrTakesNoMoreThanItsBound() {
    PreparedFunction function =
        shell("head -c 30000000 /dev/zero | tr '\\0' 'x' | fold -w 1000 >&2", "echo done");

    assertThat(fixture.answer(function, "")).isEqualTo("done\n");
    assertThat(fixture.log())
        .allSatisfy(line -> assertThat(line).matches("x{1,1000}"))
        .hasSize((1 << 16) / (1000 + Journal.LINE_OVERHEAD));
  }

  @Test
  void isBrokenByASignal() {
    assertBroke(fixture.call(shell("kill -9 $$"), post("")), "was killed by signal 9");
  }

  @Test
  void endsAHangingProcessAndWhatItHasStartedWhenItIsStopped() {
    PreparedFunction function =
        shell("sleep 600 &", "echo $! >child.part", "mv child.part child", "wait");
    Run run = fixture.start(function, post(""));
    await().until(() -> Files.exists(folder.resolve("child")));
    assertThat(fixture.metric("starling.process.executables")).isEqualTo(1);

    fixture.stop(run);

    assertBroke(ending(run), "stopped");
    await().until(() -> !hasAliveProcessOf("child"));
    await().until(() -> fixture.metric("starling.process.executables") == 0);
  }

  @Test
  void endsWhatRunsWithTheRuntime() {
    PreparedFunction function = shell("echo $$ >own.part", "mv own.part own", "sleep 600");
    Run run = fixture.start(function, post(""));
    await().until(() -> Files.exists(folder.resolve("own")));

    fixture.closeRuntime();

    assertThat(ending(run)).isInstanceOf(Broke.class);
    assertThat(hasAliveProcessOf("own")).isFalse();
  }

  @Test
  void refusesAnAnswerAboveTheLimit() {
    assertBroke(
        fixture.call(shell("exec yes"), post("")),
        "larger than " + ProcessFixture.MAX_BODY_BYTES + " bytes (http.max-body)");
    assertThat(
            bytes(
                fixture.answer(
                    shell("exec head -c " + ProcessFixture.MAX_BODY_BYTES + " /dev/zero"),
                    post(""))))
        .hasSize(ProcessFixture.MAX_BODY_BYTES);
  }

  @Test
  void doesNotTakeAnOutputForWholeThatIsStillOpen() {
    PreparedFunction function = shell("sleep 600 &", "echo $! >child", "echo part", "cat");

    assertBroke(fixture.call(function, post("")), "left behind");
    ProcessHandle.of(Long.parseLong(read("child").strip()))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void runsAsManyAtOnceAsThereAreSlots() {
    assertRunsAtOnce(ProcessFixture.SLOTS);
  }

  @Test
  void runsMoreAtOnceWhenThereAreMoreSlots() {
    fixture.resize(1);
    fixture.resize(3 * ProcessFixture.SLOTS);

    assertRunsAtOnce(3 * ProcessFixture.SLOTS);
  }

  private void assertRunsAtOnce(int slots) {
    PreparedFunction function =
        shell(": >started.$$", "while [ ! -e go ]; do sleep 0.05; done", "echo done");
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < slots; i++) {
      runs.add(fixture.start(function, post("")));
    }

    await().until(() -> started() == slots);
    fixture.write("go", "");
    assertThat(runs).allMatch(run -> ending(run) instanceof Answered);
  }

  private long started() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith("started.")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void isUnfitWhenItIsNothingToExecute() {
    assertThatThrownBy(() -> fixture.executable("echo hello\n"))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("#!");
    assertThatThrownBy(() -> fixture.executable("")).isInstanceOf(Unfit.class);
  }

  @Test
  void isUnfitWithoutItsInterpreter() {
    assertThatThrownBy(() -> fixture.executable("#!/no/such/interpreter\n"))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("/no/such/interpreter");
  }

  @Test
  void isBrokenWhenItCannotBeStartedAndKeepsItsPathToItself() throws IOException {
    PreparedFunction function = shell("cat");
    Request tooLong = new Request("GET", "/" + "a".repeat(300_000), null, Headers.NONE, Body.EMPTY);
    assertBrokeWithoutPath(fixture.call(function, tooLong));

    Files.delete(folder.resolve("handler.sh"));
    assertBrokeWithoutPath(fixture.call(function, post("")));
  }

  private void assertBrokeWithoutPath(Ending ending) {
    assertBroke(ending, "cannot be started");
    assertThat(ending.toString()).doesNotContain(folder.toString());
  }

  @Test
  void itsStderrIsToldWithoutItsPath() {
    Ending ending = fixture.call(shell("echo \"$0 failed\" >&2", "exit 3"), post(""));
    assertThat(ending)
        .isInstanceOfSatisfying(
            Raised.class,
            raised -> assertThat(raised.detail()).endsWith("code 3: handler.sh failed"));
  }
}
