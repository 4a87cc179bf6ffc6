package edge.starling.verticles.invoker;

import edge.starling.config.ProcessConfig;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Starts workers of one function. Called on the invoker's event loop. */
final class WorkerLauncher {
  private final List<String> command;
  private final Path folder;
  private final Supplier<Map<String, String>> env;
  private final Supplier<Greeting> greetings;
  private final ProcessConfig config;
  private final Processes processes;
  private final FunctionLog log;
  private final UpstreamClient client;
  private final Loop loop;
  private final ProcessMetrics metrics;

  private record Started(Child child, Door door) {}

  /**
   * @param command the worker's, with all its arguments
   * @param folder where it runs
   * @param env the function's own
   * @param greetings a fresh one for each process
   */
  WorkerLauncher(
      List<String> command,
      Path folder,
      Supplier<Map<String, String>> env,
      Supplier<Greeting> greetings,
      ProcessConfig config,
      Processes processes,
      FunctionLog log,
      UpstreamClient client,
      Loop loop,
      ProcessMetrics metrics) {
    this.command = List.copyOf(command);
    this.folder = folder;
    this.env = env;
    this.greetings = greetings;
    this.config = config;
    this.processes = processes;
    this.log = log;
    this.client = client;
    this.loop = loop;
    this.metrics = metrics;
  }

  /** Completes on the event loop with a worker that takes calls, or with {@link Unfit}. */
  CompletionStage<Worker> launch() {
    CompletableFuture<Worker> launched = new CompletableFuture<>();
    CompletionStage<Started> starting =
        CompletableFuture.supplyAsync(
            () -> metrics.start().record(this::start), processes.threads());
    starting.whenCompleteAsync(
        (started, error) -> {
          if (error == null) {
            launched.complete(worker(started));
          } else {
            launched.completeExceptionally(error.getCause() == null ? error : error.getCause());
          }
        },
        loop);
    return launched;
  }

  private Worker worker(Started started) {
    metrics.workers().incrementAndGet();
    Worker worker = new Worker(started.child, started.door, client, loop, config.killAfter());
    worker.gone().thenRun(metrics.workers()::decrementAndGet);
    String name = "worker " + started.child.pid();
    log.event(name + " takes calls");
    started.child.exit().thenAccept(exit -> log.event(exit.briefly(name)));
    return worker;
  }

  private Started start() {
    Greeting greeting = greetings.get();
    Child child = startProcess(greeting.environment());
    CompletableFuture<Boolean> inTime = new CompletableFuture<>();
    new Loop(processes.threads())
        .after(
            config.startTimeout(),
            () -> {
              if (inTime.complete(false)) {
                child.kill();
              }
            });
    Optional<Door> door = greeting.meet(child);
    if (door.isPresent() && inTime.complete(true)) {
      return new Started(child, door.get());
    }
    Exit exit = child.exit().toCompletableFuture().join();
    throw new Unfit(
        inTime.complete(true)
            ? exit.told("the process for the handler")
            : exit.told(
                greeting.unmet()
                    + " within process.start-timeout ("
                    + config.startTimeout().toMillis()
                    + " ms); its process"));
  }

  private Child startProcess(Map<String, String> toldByUs) {
    Map<String, String> environment = new HashMap<>(env.get());
    environment.putAll(toldByUs);
    try {
      return processes.start(command, folder, environment, log);
    } catch (IOException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause(); // without the folder's path
      throw new Unfit("the process for the handler cannot be started: " + reason.getMessage());
    }
  }
}
