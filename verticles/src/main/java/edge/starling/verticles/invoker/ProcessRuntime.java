package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.config.ProcessConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs functions in local processes: Python handlers in long-running workers, any other executable
 * in a process for each call. It is no sandbox: they may do whatever the node's user may. What it
 * keeps beside a function's files is in the folder {@value #OWN_FOLDER} there.
 */
final class ProcessRuntime implements FunctionRuntime {
  static final String OWN_FOLDER = ".starling";
  private static final List<String> WORKER = List.of("worker.py", "starling_handler.py");

  private static final Logger LOG = LoggerFactory.getLogger(ProcessRuntime.class);

  private final ProcessConfig config;
  private final int maxBodyBytes;
  private final Secrets secrets;
  private final ProcessMetrics metrics;
  private final Processes processes = new Processes();
  private final UpstreamClient client;
  private final PythonInterpreter interpreter;
  private final PythonEnvironment environments;
  private final Semaphore room;
  private final Set<PythonFunction> open = new HashSet<>();
  private int permits;

  /**
   * @param client closed with the runtime
   * @param slots the most that run at once; the runtime itself has no limit on that
   * @param maxBodyBytes the largest answer
   * @param secrets for those functions that name some
   */
  ProcessRuntime(
      UpstreamClient client,
      ProcessConfig config,
      int slots,
      int maxBodyBytes,
      Secrets secrets,
      MeterRegistry metrics) {
    this.secrets = secrets;
    this.client = client;
    this.config = config;
    this.maxBodyBytes = maxBodyBytes;
    this.metrics = ProcessMetrics.in(metrics);
    interpreter = new PythonInterpreter(processes, config);
    environments = new PythonEnvironment(processes, interpreter, config, this.metrics.install());
    permits = 2 * slots;
    room = new Semaphore(permits);
  }

  @Override
  public CompletionStage<PreparedFunction> prepare(Description description, Path folder) {
    Loop loop = client.currentLoop();
    CompletionStage<PreparedFunction> made =
        description.form() == Form.PYTHON
            ? CompletableFuture.supplyAsync(
                    () -> workerCommand(description, folder), processes.threads())
                .thenComposeAsync(command -> open(description, folder, command, loop), loop)
            : CompletableFuture.supplyAsync(
                () -> executable(description, folder), processes.threads());
    CompletableFuture<PreparedFunction> prepared = new CompletableFuture<>();
    made.whenCompleteAsync(
        (function, error) -> {
          if (error == null) {
            prepared.complete(function);
          } else {
            prepared.completeExceptionally(unfit(error));
          }
        },
        loop);
    return prepared;
  }

  @Override
  public void resize(int slots) {
    // never fewer: the processes of calls that have just ended may not have given theirs back yet
    int more = 2 * slots - permits;
    if (more > 0) {
      permits += more;
      room.release(more);
    }
  }

  @Override
  public void close() {
    List.copyOf(open).forEach(PythonFunction::close);
    processes.close();
    client.close();
  }

  private CompletionStage<PreparedFunction> open(
      Description description, Path folder, List<String> command, Loop loop) {
    WorkerLauncher launcher =
        new WorkerLauncher(
            command,
            folder,
            secrets.environment(description),
            config,
            processes,
            client,
            loop,
            metrics);
    PythonFunction function =
        new PythonFunction(
            description.name().shortest(),
            launcher,
            config,
            maxBodyBytes,
            loop,
            metrics,
            open::remove);
    open.add(function);
    return function.open();
  }

  private List<String> workerCommand(Description description, Path folder) {
    try {
      Processes.check(description.settings().env());
      Path own = Files.createDirectories(folder.resolve(OWN_FOLDER)).toAbsolutePath();
      Artefact requirements = description.requirements();
      String python =
          requirements == null
              ? interpreter.path()
              : environments.build(folder, own.resolve("venv"), requirements).toString();
      return List.of(
          python,
          "-B",
          Programs.write(WORKER, own).toString(),
          folder.resolve(description.handler().fileName()).toAbsolutePath().toString(),
          description.name().name(),
          description.name().namespace());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PreparedFunction executable(Description description, Path folder) {
    Path file = folder.resolve(description.handler().fileName()).toAbsolutePath();
    try {
      Processes.check(description.settings().env());
      ExecutableFunction.check(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ExecutableFunction(
        file, secrets.environment(description), processes, room, metrics, maxBodyBytes);
  }

  private static Unfit unfit(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause instanceof Unfit unfit) {
      return unfit;
    }
    LOG.error("a handler cannot be prepared", cause);
    return new Unfit("the handler cannot be prepared on this node: see its log");
  }
}
