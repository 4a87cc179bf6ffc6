package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import edge.starling.config.ProcessConfig;
import edge.starling.verticles.invoker.Run.Broke;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A Python function with its workers. A call goes to the one with the fewest calls; while there is
 * none, calls wait. Confined to the invoker's event loop.
 */
final class PythonFunction implements PreparedFunction {
  private final ProcessConfig config;
  private final int maxBodyBytes;
  private final Loop loop;
  private final ProcessMetrics metrics;
  private final FunctionLog log;
  private final Consumer<PythonFunction> onClose;
  private final List<WorkerSeat> seats;
  private final Deque<PythonRun> waiting = new ArrayDeque<>();

  /**
   * @param name of the function, for the log
   * @param maxBodyBytes the largest answer
   * @param onClose told when it is closed
   */
  PythonFunction(
      String name,
      WorkerLauncher launcher,
      ProcessConfig config,
      int maxBodyBytes,
      Loop loop,
      ProcessMetrics metrics,
      FunctionLog log,
      Consumer<PythonFunction> onClose) {
    this.config = config;
    this.maxBodyBytes = maxBodyBytes;
    this.loop = loop;
    this.metrics = metrics;
    this.log = log;
    this.onClose = onClose;
    seats =
        IntStream.range(0, config.workers())
            .mapToObj(
                seat ->
                    new WorkerSeat(
                        name,
                        launcher::launch,
                        ready -> serveWaiting(),
                        metrics.restarts()::increment,
                        loop,
                        System::nanoTime))
            .toList();
  }

  /** Starts the workers. Completes once the first takes calls, or fails as it did. */
  CompletionStage<PreparedFunction> open() {
    return seats
        .get(0)
        .tryFill()
        .whenComplete(
            (first, error) -> {
              if (error == null) {
                seats.subList(1, seats.size()).forEach(WorkerSeat::fill);
              } else {
                close();
              }
            })
        .thenApply(first -> this);
  }

  @Override
  public int memoryMiB() {
    return 0;
  }

  @Override
  public Run start(
      InvocationId id, Request request, Duration remaining, BytesInFlight.Share bytes) {
    Duration patience =
        remaining.compareTo(config.startTimeout()) < 0 ? remaining : config.startTimeout();
    PythonRun run =
        new PythonRun(
            id,
            request,
            new AnswerFrame(maxBodyBytes, bytes),
            System.nanoTime() + patience.toNanos(),
            this::stopped);
    serve(run);
    return run;
  }

  @Override
  public void close() {
    seats.forEach(WorkerSeat::close);
    waiting.forEach(run -> run.end(new Broke("the function is no longer here")));
    waiting.clear();
    onClose.accept(this);
  }

  private void serve(PythonRun run) {
    if (run.isStopped()) {
      run.end(new Broke("it was stopped"));
      return;
    }
    Optional<Worker> leastBusy =
        seats.stream()
            .map(WorkerSeat::worker)
            .filter(Objects::nonNull)
            .min(Comparator.comparingInt(Worker::busy));
    if (leastBusy.isPresent()) {
      leastBusy.get().serve(run, this::serve);
    } else {
      await(run);
    }
  }

  private void await(PythonRun run) {
    waiting.add(run);
    seats.forEach(WorkerSeat::wake);
    loop.after(
        Duration.ofNanos(Math.max(0, run.waitsUntil() - System.nanoTime())),
        () -> {
          if (waiting.remove(run)) {
            run.end(new Broke("no worker was ready in time: " + seats.get(0).lastProblem()));
          }
        });
  }

  private void serveWaiting() {
    List<PythonRun> now = new ArrayList<>(waiting);
    waiting.clear();
    now.forEach(this::serve);
  }

  private void stopped(PythonRun run) {
    if (waiting.remove(run)) {
      run.end(new Broke("it was stopped before a worker was ready"));
    } else {
      loop.after(config.killAfter(), () -> giveUp(run));
    }
  }

  /** A stopped call has not returned for too long: its worker gets no further calls. */
  private void giveUp(PythonRun run) {
    Worker worker = run.worker();
    if (!run.hasEnded() && worker != null) {
      run.becomeOverdue();
      worker.retire();
      log.event("a call has not returned: its worker gets no further ones, and is ended");
      if (seats.stream().anyMatch(seat -> seat.replace(worker))) {
        metrics.stuck().increment();
      }
    }
  }
}
