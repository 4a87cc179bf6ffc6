package edge.starling.loadtest.gatling;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Gatling in a JVM of its own, whose threads, heap and exit do not meet those of the experiment.
 * Ended by {@link #close} at the latest, or when it takes much longer than planned. For one thread,
 * but for {@link #close}.
 */
public final class LoadProcess implements AutoCloseable {
  /** What the process says at the begin of a phase, before its name. */
  static final String BEGIN = "PHASE BEGINS: ";

  private static final Duration TO_START_AND_END = Duration.ofSeconds(60);

  private final Process process;
  private final BufferedReader output;
  private final Path log;
  private final Path results;

  private LoadProcess(Process process, Path log, Path results) {
    this.process = process;
    this.log = log;
    this.results = results;
    output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts sending.
   *
   * @param folder for the plan, the results and the log
   */
  public static LoadProcess start(LoadPlan plan, Path folder) throws IOException {
    Path own = Files.createTempDirectory(folder, "gatling-");
    Path planned = own.resolve("plan.json");
    Path results = own.resolve("calls.csv");
    Path log = own.resolve("gatling.log");
    plan.write(planned);
    List<String> line =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-Djava.net.preferIPv4Stack=true",
            "-Djava.util.prefs.userRoot=" + own,
            "-D" + PlannedSimulation.PLAN + "=" + planned,
            "-D" + PlannedSimulation.RESULTS + "=" + results,
            "-cp",
            System.getProperty("java.class.path"),
            "io.gatling.app.Gatling",
            "--simulation",
            PlannedSimulation.class.getName(),
            "--no-reports",
            "--results-folder",
            own.toString());
    Process process =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.to(log.toFile())).start();
    var deadline = CompletableFuture.delayedExecutor(most(plan).toMillis(), TimeUnit.MILLISECONDS);
    deadline.execute(process::destroyForcibly);
    return new LoadProcess(process, log, results);
  }

  /** After this time it hangs, even on a machine that is busy with other things. */
  private static Duration most(LoadPlan plan) {
    return plan.phases().stream()
        .map(Phase::expected)
        .reduce(TO_START_AND_END, Duration::plus)
        .multipliedBy(2);
  }

  /** Waits until this phase begins, which must come later than the last one that was waited for. */
  public void awaitBegin(String phase) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals(BEGIN + phase)) {
        return;
      }
    }
    throw failed("ended before " + phase + " began");
  }

  /** Waits until all calls have ended. */
  public LoadResults await() throws IOException, InterruptedException {
    String line;
    do {
      line = output.readLine();
    } while (line != null);
    int status = process.waitFor();
    if (status != 0) {
      throw failed("ended with status " + status);
    }
    return LoadResults.read(results);
  }

  private IOException failed(String what) throws IOException {
    return new IOException("Gatling " + what + ":\n" + Files.readString(log));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
