package edge.starling.verticles.invoker;

import edge.starling.config.ProcessConfig;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The interpreter behind {@code process.python}: that may be the name of a shim, which finds its
 * way only with more of the node's environment than a function may see. Thread-safe.
 */
final class PythonInterpreter {
  private final Processes processes;
  private final ProcessConfig config;
  private volatile @Nullable String path;

  PythonInterpreter(Processes processes, ProcessConfig config) {
    this.processes = processes;
    this.config = config;
  }

  /**
   * Where it is; asked for until it is found. Blocks.
   *
   * @throws Unfit where there is none
   */
  String path() {
    String known = path;
    if (known == null) {
      known = find();
      path = known;
    }
    return known;
  }

  private String find() {
    try {
      Child child =
          processes.start(
              List.of(config.python(), "-c", "import sys; print(sys.executable)"),
              Path.of("").toAbsolutePath(),
              Map.of(),
              name -> name.equals("HOME") || name.startsWith("PYENV_"),
              FunctionLog.NOWHERE);
      new Loop(processes.threads()).after(config.startTimeout(), child::kill);
      child.stdin().close();
      String answer;
      try (BufferedReader reader =
          new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.UTF_8))) {
        answer = reader.readLine();
      }
      Exit exit = child.exit().toCompletableFuture().join();
      if (exit.code() != 0 || answer == null || answer.isBlank()) {
        throw new Unfit(exit.told(setting()));
      }
      return answer;
    } catch (IOException e) {
      throw new Unfit(setting() + " cannot be run: " + e.getMessage());
    }
  }

  private String setting() {
    return "\"" + config.python() + "\" (process.python)";
  }
}
