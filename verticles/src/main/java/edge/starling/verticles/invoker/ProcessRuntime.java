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
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs functions in local processes: Python handlers in long-running workers, any other executable
 * in a process for each call, or in one that serves HTTP where {@link WatchdogSettings} say so. It
 * is no sandbox: they may do whatever the node's user may. What it keeps beside a function's files
 * is in the folder {@value #OWN_FOLDER} there.
 */
final class ProcessRuntime implements FunctionRuntime {
  static final String OWN_FOLDER = ".starling";
  private static final List<String> WORKER = List.of("worker.py", "starling_handler.py");

  private static final Logger LOG = LoggerFactory.getLogger(ProcessRuntime.class);

  private final ProcessConfig config;
  private final int maxBodyBytes;
  private final Secrets secrets;
  private final Journal journal;
  private final ProcessMetrics metrics;
  private final Processes processes = new Processes();
  private final UpstreamClient client;
  private final PythonInterpreter interpreter;
  private final PythonEnvironment environments;
  private final Semaphore room;
  private final Set<Workers> open = new HashSet<>();
  private int permits;

  /**
   * @param client closed with the runtime
   * @param slots the most that run at once; the runtime itself has no limit on that
   * @param maxBodyBytes the largest answer
   * @param secrets for those functions that name some
   * @param journal gets what the functions write to their stderr
   */
  ProcessRuntime(
      UpstreamClient client,
      ProcessConfig config,
      int slots,
      int maxBodyBytes,
      Secrets secrets,
      Journal journal,
      MeterRegistry metrics) {
    this.secrets = secrets;
    this.journal = journal;
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
        CompletableFuture.supplyAsync(
                () ->
                    description.form() == Form.PYTHON
                        ? python(description, folder, loop)
                        : executable(description, folder, loop),
                processes.threads())
            .thenComposeAsync(Supplier::get, loop);
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
    List.copyOf(open).forEach(Workers::close);
    processes.close();
    client.close();
  }

  /** All that blocks is done; what is left is done on the event loop. */
  private Supplier<CompletionStage<PreparedFunction>> python(
      Description description, Path folder, Loop loop) {
    List<String> command = workerCommand(description, folder);
    return () ->
        open(description, folder, command, PythonGreeting::new, config.workers(), loop)
            .thenApply(
                workers ->
                    new PythonFunction(
                        workers,
                        config.killAfter(),
                        maxBodyBytes,
                        loop,
                        () -> stuck(journal.of(description.name()))));
  }

  /** As {@link #python}. */
  private Supplier<CompletionStage<PreparedFunction>> executable(
      Description description, Path folder, Loop loop) {
    Path file = folder.resolve(description.handler().fileName()).toAbsolutePath();
    checkExecutable(description, file);
    WatchdogSettings settings = WatchdogSettings.of(description.settings().env());
    if (!settings.servesHttp()) {
      PreparedFunction function =
          new ExecutableFunction(
              file,
              secrets.environment(description),
              processes,
              journal.of(description.name()),
              room,
              metrics,
              maxBodyBytes);
      return () -> CompletableFuture.completedStage(new LimitedFunction(function, settings));
    }
    Leftovers.end(folder.resolve(OWN_FOLDER));
    return () ->
        open(
                description,
                folder,
                List.of(file.toString()),
                () -> new HttpGreeting(settings, client, loop, folder.resolve(OWN_FOLDER)),
                1,
                loop)
            .thenApply(
                workers -> new LimitedFunction(new HttpFunction(workers, maxBodyBytes), settings));
  }

  private void stuck(FunctionLog log) {
    metrics.stuck().increment();
    log.event("a call has not returned: its worker gets no further ones, and is ended");
  }

  private CompletionStage<Workers> open(
      Description description,
      Path folder,
      List<String> command,
      Supplier<Greeting> greetings,
      int count,
      Loop loop) {
    WorkerLauncher launcher =
        new WorkerLauncher(
            command,
            folder,
            secrets.environment(description),
            greetings,
            config,
            processes,
            journal.of(description.name()),
            client,
            loop,
            metrics);
    Workers workers =
        new Workers(
            description.name().shortest(),
            count,
            launcher::launch,
            config.startTimeout(),
            metrics.restarts()::increment,
            loop,
            open::remove);
    open.add(workers);
    return workers.open().thenApply(first -> workers);
  }

  private List<String> workerCommand(Description description, Path folder) {
    try {
      Processes.check(description.settings().env());
      Path own = Files.createDirectories(folder.resolve(OWN_FOLDER)).toAbsolutePath();
      Artefact requirements = description.requirements();
      String python =
          requirements == null
              ? interpreter.path()
              : environments
                  .build(folder, own.resolve("venv"), requirements, journal.of(description.name()))
                  .toString();
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

  private static void checkExecutable(Description description, Path file) {
    try {
      Processes.check(description.settings().env());
      ExecutableFunction.check(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
