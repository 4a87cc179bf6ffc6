package edge.starling.verticles.invoker;

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
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The workers of one function. A call goes to the one with the fewest calls; while there is none,
 * calls wait. Confined to the invoker's event loop.
 */
final class Workers {
  private final Duration patience;
  private final Loop loop;
  private final Consumer<Workers> onClose;
  private final List<WorkerSeat> seats;
  private final Deque<WorkerRun> waiting = new ArrayDeque<>();

  /**
   * @param function its name, for the log
   * @param count how many there are at once
   * @param launch starts one
   * @param patience the most that a call waits for one
   * @param onRestart told of each start in place of another worker
   * @param onClose told when they are closed
   */
  Workers(
      String function,
      int count,
      Supplier<CompletionStage<Worker>> launch,
      Duration patience,
      Runnable onRestart,
      Loop loop,
      Consumer<Workers> onClose) {
    this.patience = patience;
    this.loop = loop;
    this.onClose = onClose;
    seats =
        IntStream.range(0, count)
            .mapToObj(
                seat ->
                    new WorkerSeat(
                        function,
                        launch,
                        ready -> serveWaiting(),
                        onRestart,
                        loop,
                        System::nanoTime))
            .toList();
  }

  /** Starts them. Completes once the first takes calls, or fails as it did. */
  CompletionStage<Worker> open() {
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
            });
  }

  /**
   * Has a call served.
   *
   * @param remaining its time
   * @param stopAtWork how it is stopped once a worker has it
   */
  Run start(WorkerCall call, Duration remaining, Consumer<WorkerRun> stopAtWork) {
    Duration wait = remaining.compareTo(patience) < 0 ? remaining : patience;
    WorkerRun run =
        new WorkerRun(
            call, System.nanoTime() + wait.toNanos(), stopped -> stop(stopped, stopAtWork));
    serve(run);
    return run;
  }

  /**
   * Starts a fresh worker at once in place of this one, which is left to itself.
   *
   * @return false where it was replaced before
   */
  boolean replace(Worker stuck) {
    return seats.stream().anyMatch(seat -> seat.replace(stuck));
  }

  void close() {
    seats.forEach(WorkerSeat::close);
    waiting.forEach(run -> run.end(new Broke("the function is no longer here")));
    waiting.clear();
    onClose.accept(this);
  }

  private void serve(WorkerRun run) {
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

  private void await(WorkerRun run) {
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
    List<WorkerRun> now = new ArrayList<>(waiting);
    waiting.clear();
    now.forEach(this::serve);
  }

  private void stop(WorkerRun run, Consumer<WorkerRun> atWork) {
    if (waiting.remove(run)) {
      run.end(new Broke("it was stopped before a worker was ready"));
    } else {
      atWork.accept(run);
    }
  }
}
