package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import edge.starling.verticles.invoker.Run.Broke;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * An executable, started for each call: the body on its stdin, the answer on its stdout, the rest
 * of the request in its environment.
 */
final class ExecutableFunction implements PreparedFunction {
  private final Path file;
  private final Supplier<Map<String, String>> env;
  private final Processes processes;
  private final FunctionLog log;
  private final Semaphore room;
  private final ProcessMetrics metrics;
  private final int maxBodyBytes;

  /**
   * @param env the function's own
   * @param room permits for the calls whose output is being read: more than there are slots, since
   *     what a call leaves behind may hold its output open
   */
  ExecutableFunction(
      Path file,
      Supplier<Map<String, String>> env,
      Processes processes,
      FunctionLog log,
      Semaphore room,
      ProcessMetrics metrics,
      int maxBodyBytes) {
    this.file = file;
    this.env = env;
    this.processes = processes;
    this.log = log;
    this.room = room;
    this.metrics = metrics;
    this.maxBodyBytes = maxBodyBytes;
  }

  /**
   * Gives a file the permission to be executed. Blocks.
   *
   * @throws Unfit where it is nothing that can be executed
   */
  static void check(Path file) throws IOException {
    ProgramFile.check(file);
    if (!file.toFile().setExecutable(true)) {
      throw new Unfit("the handler cannot be made executable on this node's disk");
    }
  }

  @Override
  public int memoryMiB() {
    return 0;
  }

  @Override
  public Run start(
      InvocationId id, Request request, Duration remaining, BytesInFlight.Share bytes) {
    ExecutableRun run =
        new ExecutableRun(
            file, id, request, env.get(), processes, log, new BoundedOutput(maxBodyBytes, bytes));
    if (room.tryAcquire()) {
      metrics.executables().incrementAndGet();
      run.ended().thenRun(metrics.executables()::decrementAndGet);
      run.released().thenRun(room::release);
      run.begin();
    } else {
      run.end(new Broke("processes that earlier calls have left behind still hold their output"));
    }
    return run;
  }

  @Override
  public void close() {
    // Each process ends with its call.
  }
}
