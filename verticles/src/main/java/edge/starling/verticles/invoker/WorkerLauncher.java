package edge.starling.verticles.invoker;

import edge.starling.config.ProcessConfig;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import edge.starling.verticles.invoker.WorkerClient.Door;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Starts workers of one Python function. Called on the invoker's event loop. */
final class WorkerLauncher {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SECRET_BYTES = 32;

  private final List<String> command;
  private final Path folder;
  private final Supplier<Map<String, String>> env;
  private final ProcessConfig config;
  private final Processes processes;
  private final FunctionLog log;
  private final WorkerClient client;
  private final Loop loop;
  private final ProcessMetrics metrics;

  private record Started(Child child, Door door) {}

  /**
   * @param command the worker's, with all its arguments
   * @param folder where it runs
   * @param env the function's own
   */
  WorkerLauncher(
      List<String> command,
      Path folder,
      Supplier<Map<String, String>> env,
      ProcessConfig config,
      Processes processes,
      FunctionLog log,
      WorkerClient client,
      Loop loop,
      ProcessMetrics metrics) {
    this.command = List.copyOf(command);
    this.folder = folder;
    this.env = env;
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
    byte[] random = new byte[SECRET_BYTES];
    RANDOM.nextBytes(random);
    String secret = HexFormat.of().formatHex(random);
    Child child = startProcess();
    CompletableFuture<Boolean> inTime = new CompletableFuture<>();
    new Loop(processes.threads())
        .after(
            config.startTimeout(),
            () -> {
              if (inTime.complete(false)) {
                child.kill();
              }
            });
    OptionalInt port = exchangeGreetings(child, secret);
    if (port.isPresent() && inTime.complete(true)) {
      return new Started(child, new Door(port.getAsInt(), secret));
    }
    Exit exit = child.exit().toCompletableFuture().join();
    throw new Unfit(
        inTime.complete(true)
            ? exit.told("the process for the handler")
            : exit.told(
                "the handler was not loaded within process.start-timeout ("
                    + config.startTimeout().toMillis()
                    + " ms); its process"));
  }

  private Child startProcess() {
    try {
      return processes.start(command, folder, env.get(), log);
    } catch (IOException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause(); // without the folder's path
      throw new Unfit("the process for the handler cannot be started: " + reason.getMessage());
    }
  }

  /** Tells the secret, hears the port: empty where the process ended before. */
  private static OptionalInt exchangeGreetings(Child child, String secret) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.US_ASCII))) {
      OutputStream stdin = child.stdin();
      stdin.write((secret + "\n").getBytes(StandardCharsets.US_ASCII));
      stdin.flush();
      String port = reader.readLine();
      return port == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port));
    } catch (IOException | NumberFormatException e) {
      return OptionalInt.empty();
    }
  }
}
