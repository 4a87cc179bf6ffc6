package edge.starling.verticles.invoker;

import static edge.starling.verticles.invoker.ProcessFixture.config;
import static edge.starling.verticles.invoker.ProcessFixture.ending;
import static edge.starling.verticles.invoker.ProcessFixture.post;
import static edge.starling.verticles.invoker.ProcessFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import edge.starling.config.ProcessConfig;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import edge.starling.verticles.invoker.Run.Answered;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How workers live, die, get stuck and are replaced, with real ones. */
class PythonWorkersTest {
  /** Does what the body says; "wait" returns once there is a file named "go". */
  private static final String HANDLER =
      """
      import os, sys, threading, time

      everybody = threading.Barrier(16)

      def handle(req):
          if req == "die":
              print("last words", file=sys.stderr)
              os._exit(7)
          if req == "kill":
              os.kill(os.getpid(), 9)
          if req == "together":
              everybody.wait(60)
          if req == "stuck":
              while True:
                  time.sleep(0.01)
          if req == "wait":
              open("waits", "w").close()
              while not os.path.exists("go"):
                  time.sleep(0.01)
          return str(os.getpid())
      """;

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

  private void reopen(ProcessConfig config) {
    fixture.close();
    fixture = new ProcessFixture(folder, config);
  }

  private long pid(PreparedFunction function) {
    return Long.parseLong(fixture.answer(function, "pid"));
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static void assertBroke(Ending ending, String... words) {
    assertThat(ending)
        .isInstanceOfSatisfying(Broke.class, broke -> assertThat(broke.detail()).contains(words));
  }

  @Test
  void runsAsManyCallsAtOnceAsThereAreSlots() {
    PreparedFunction function = fixture.python(HANDLER);
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < ProcessFixture.SLOTS; i++) {
      runs.add(fixture.start(function, post("together")));
    }

    Set<String> pids = new HashSet<>();
    for (Run run : runs) {
      assertThat(ending(run))
          .isInstanceOfSatisfying(Answered.class, it -> pids.add(text(it.response())));
    }
    assertThat(pids).hasSize(1);
  }

  @Test
  void namesHowAWorkerDiedInACall() {
    PreparedFunction function = fixture.python(HANDLER);

    assertBroke(fixture.call(function, post("die")), "exit code 7", "last words");
    assertBroke(fixture.call(function, post("kill")), "killed by signal 9");
  }

  @Test
  void startsAnotherWorkerForTheNextCalls() {
    PreparedFunction function = fixture.python(HANDLER);
    long first = pid(function);
    fixture.call(function, post("die"));

    assertThat(pid(function)).isNotEqualTo(first);
    assertThat(fixture.metric("starling.process.restarts")).isEqualTo(1);
    assertThat(fixture.metric("starling.process.workers")).isEqualTo(1);
  }

  @Test
  void servesACallThatMeetsAWorkerThatHasJustDied() throws IOException {
    PreparedFunction function =
        fixture.python(
            "import os\nwith open('own', 'w') as own: own.write(str(os.getpid()))\n" + HANDLER);
    ProcessHandle worker =
        ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("own")))).orElseThrow();
    worker.destroyForcibly();
    worker.onExit().join();

    assertThat(pid(function)).isNotEqualTo(worker.pid());
  }

  @Test
  void failsTheCallsForWhichNoWorkerComes() {
    reopen(
        new ProcessConfig(
            "python3", 1, Duration.ofSeconds(3), Duration.ofMinutes(1), Duration.ofSeconds(1)));
    PreparedFunction function =
        fixture.python(
            "import os\nif os.path.exists('broken'): raise OSError('no disk')\n" + HANDLER);
    fixture.write("broken", "");
    fixture.call(function, post("die"));

    assertBroke(fixture.call(function, post("pid")), "no worker was ready in time", "no disk");
    Run brief = fixture.start(function, post("pid"), Duration.ofMillis(1));
    assertBroke(ending(brief), "no worker was ready in time");
    Run stopped = fixture.start(function, post("pid"));
    fixture.stop(stopped);
    assertBroke(ending(stopped), "stopped");
  }

  @Test
  void givesACallToTheLeastBusyWorker() {
    reopen(config(2));
    PreparedFunction function = fixture.python(HANDLER);
    await().until(() -> fixture.metric("starling.process.workers") == 2);
    Run waits = fixture.start(function, post("wait"));
    await().until(() -> Files.exists(folder.resolve("waits")));
    long first = pid(function);
    long second = pid(function);
    fixture.write("go", "");

    assertThat(second).isEqualTo(first);
    assertThat(ending(waits))
        .isInstanceOfSatisfying(
            Answered.class,
            it -> assertThat(text(it.response())).isNotEqualTo(String.valueOf(first)));
  }

  @Test
  void replacesAStuckWorkerAndLetsItsOtherCallsEnd() {
    PreparedFunction function = fixture.python(HANDLER);
    long old = pid(function);
    Run stuck = fixture.start(function, post("stuck"));
    Run other = fixture.start(function, post("wait"));
    fixture.stop(stuck);

    await().until(() -> pid(function) != old);
    assertThat(stuck.ended().toCompletableFuture()).isNotDone();
    assertThat(isAlive(old)).isTrue();

    fixture.write("go", "");
    assertThat(ending(other))
        .isInstanceOfSatisfying(
            Answered.class, it -> assertThat(text(it.response())).isEqualTo("" + old));
    assertBroke(ending(stuck), "did not return");
    await().until(() -> !isAlive(old));
    assertThat(fixture.metric("starling.process.stuck")).isEqualTo(1);
    assertThat(fixture.metric("starling.process.workers")).isEqualTo(1);
  }

  @Test
  void keepsAWorkerWhoseStoppedCallReturns() {
    PreparedFunction function = fixture.python(HANDLER);
    long worker = pid(function);
    Run late = fixture.start(function, post("wait"));
    fixture.stop(late);
    fixture.write("go", "");

    assertThat(ending(late)).isInstanceOf(Answered.class);
    assertThat(pid(function)).isEqualTo(worker);
    assertThat(fixture.metric("starling.process.restarts")).isZero();
  }

  @Test
  void letsAWorkerTidyUpWhenTheFunctionIsClosed() {
    PreparedFunction function =
        fixture.python(
            "import atexit\natexit.register(lambda: open('tidy', 'w').close())\n" + HANDLER);
    long worker = pid(function);

    fixture.close(function);

    await().until(() -> !isAlive(worker));
    assertThat(folder.resolve("tidy")).exists();
  }

  @Test
  void killsAWorkerThatDoesNotEndWhenAsked() {
    PreparedFunction function =
        fixture.python("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + HANDLER);
    long worker = pid(function);

    fixture.close(function);

    await().until(() -> !isAlive(worker));
    assertThat(fixture.metric("starling.process.restarts")).isZero();
  }

  @Test
  void endsEveryWorkerWithTheRuntime() {
    PreparedFunction function = fixture.python(HANDLER);
    long worker = pid(function);
    Run stuck = fixture.start(function, post("stuck"));

    fixture.closeRuntime();

    assertThat(ending(stuck)).isInstanceOf(Broke.class);
    await().until(() -> !isAlive(worker));
  }

  @Test
  void isUnfitWhenItDoesNotLoadInTime() {
    reopen(
        new ProcessConfig(
            "python3", 1, Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofSeconds(1)));

    assertThatThrownBy(() -> fixture.python("import time\ntime.sleep(600)"))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("process.start-timeout (2000 ms)");
  }

  @Test
  void isUnfitWithoutAnInterpreter() {
    reopen(
        new ProcessConfig(
            "no-such-python",
            1,
            Duration.ofSeconds(5),
            Duration.ofMinutes(1),
            Duration.ofSeconds(1)));

    assertThatThrownBy(() -> fixture.python(HANDLER))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("\"no-such-python\" (process.python)");
  }
}
