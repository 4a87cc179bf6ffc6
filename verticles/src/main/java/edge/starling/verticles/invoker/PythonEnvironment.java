package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.config.ProcessConfig;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A virtual environment of a function's own, built once for each content of its requirements. It
 * counts as built only with a marker in it, which is written last, so a half-built one is never
 * used. Every method blocks.
 */
final class PythonEnvironment {
  private static final String MARKER = "starling-built";
  private static final long KILL_PATIENCE_SECONDS = 5;

  /** What pip needs beside its own settings to reach an index; never the node's secrets. */
  private static final Set<String> FOR_PIP =
      Set.of(
          "HOME",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "ALL_PROXY",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR",
          "REQUESTS_CA_BUNDLE",
          "CURL_CA_BUNDLE");

  private final Processes processes;
  private final PythonInterpreter base;
  private final ProcessConfig config;
  private final Timer builds;

  /**
   * @param builds how long they took that succeeded
   */
  PythonEnvironment(
      Processes processes, PythonInterpreter base, ProcessConfig config, Timer builds) {
    this.processes = processes;
    this.base = base;
    this.config = config;
    this.builds = builds;
  }

  /**
   * Builds the environment, unless it is there.
   *
   * @param folder where the requirements file lies; paths in it are relative to this folder
   * @param place the environment's folder
   * @param log gets what the tools say
   * @return its interpreter
   * @throws Unfit with the end of the output of what failed
   */
  Path build(Path folder, Path place, Artefact requirements, FunctionLog log) throws IOException {
    Path interpreter = interpreterIn(place);
    Path marker = place.resolve(MARKER);
    if (Files.exists(marker)
        && Files.readString(marker).equals(content(interpreter, requirements))) {
      return interpreter;
    }
    Folders.remove(place);
    boolean built = false;
    try {
      long start = System.nanoTime();
      install(folder, place, requirements, List.of(), log);
      Path written = place.resolve(MARKER + ".part");
      Files.writeString(written, content(interpreter, requirements));
      Files.move(written, marker, StandardCopyOption.ATOMIC_MOVE);
      built = true;
      builds.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      return interpreter;
    } finally {
      if (!built) {
        Folders.remove(place);
      }
    }
  }

  /**
   * Installs requirements into a folder for another machine: without compiled files, in which times
   * are.
   *
   * @param folder where the requirements file lies; paths in it are relative to this folder
   * @param place for the environment whose pip does it; of no use afterwards
   * @param target what is there afterwards is all that they need beside Python
   * @throws Unfit with the end of the output of what failed
   */
  void install(Path folder, Path place, Artefact requirements, Path target, FunctionLog log)
      throws IOException {
    long start = System.nanoTime();
    List<String> options = List.of("--no-compile", "--target", target.toString());
    install(folder, place, requirements, options, log);
    builds.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
  }

  private void install(
      Path folder, Path place, Artefact requirements, List<String> options, FunctionLog log)
      throws IOException {
    long deadline = System.nanoTime() + config.installTimeout().toNanos();
    run(List.of(base.path(), "-m", "venv", place.toString()), folder, log, deadline);
    List<String> pip =
        new ArrayList<>(
            List.of(
                interpreterIn(place).toString(),
                "-m",
                "pip",
                "install",
                "--no-input",
                "--disable-pip-version-check"));
    pip.addAll(options);
    pip.addAll(List.of("-r", requirements.fileName()));
    run(pip, folder, log, deadline);
  }

  private static Path interpreterIn(Path place) {
    return place.resolve("bin").resolve("python");
  }

  /** An interpreter of another version behind the same name needs another environment. */
  private static String content(Path interpreter, Artefact requirements) throws IOException {
    String real = Files.exists(interpreter) ? interpreter.toRealPath().toString() : "";
    return requirements.sha256() + "\n" + real + "\n";
  }

  private void run(List<String> command, Path folder, FunctionLog log, long deadline)
      throws IOException {
    Child child = processes.start(command, folder, Map.of(), PythonEnvironment::isForPip, log);
    child.stdin().close();
    child.drainStdout();
    String what = String.join(" ", command.subList(1, 3));
    try {
      Exit exit =
          child
              .exit()
              .toCompletableFuture()
              .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (exit.code() != 0) {
        throw new Unfit(exit.told("\"python " + what + "\""));
      }
    } catch (InterruptedException e) {
      child.kill();
      Thread.currentThread().interrupt();
      throw new Unfit("the installation of the requirements was interrupted");
    } catch (ExecutionException | TimeoutException e) {
      child.kill();
      throw new Unfit(
          child
              .exit()
              .thenApply(
                  exit ->
                      exit.told(
                          "the requirements were not installed within process.install-timeout ("
                              + config.installTimeout().toMillis()
                              + " ms); \"python "
                              + what
                              + "\""))
              .toCompletableFuture()
              .completeOnTimeout(
                  "\"python " + what + "\" cannot be ended",
                  KILL_PATIENCE_SECONDS,
                  TimeUnit.SECONDS)
              .join());
    }
  }

  private static boolean isForPip(String variable) {
    return variable.startsWith("PIP_") || FOR_PIP.contains(variable.toUpperCase(Locale.ROOT));
  }
}
