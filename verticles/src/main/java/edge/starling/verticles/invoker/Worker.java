package edge.starling.verticles.invoker;

import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.UpstreamClient.Exchange;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A long-running process that serves a Python function, and the calls that it has now. Confined to
 * the invoker's event loop.
 */
final class Worker {
  /** A broken connection mostly means a dead process, which is told a moment later. */
  private static final Duration DEATH_PATIENCE = Duration.ofSeconds(1);

  private final Child child;
  private final Door door;
  private final UpstreamClient client;
  private final Loop loop;
  private final Duration killAfter;
  private final Map<PythonRun, Call> calls = new HashMap<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private boolean taking = true;
  private boolean ending;
  private boolean answered;

  /**
   * @param again takes the call back
   */
  private record Call(Exchange<AnswerFrame> exchange, Consumer<PythonRun> again) {}

  /**
   * @param killAfter how long it may take to end when it is asked to
   */
  Worker(Child child, Door door, UpstreamClient client, Loop loop, Duration killAfter) {
    this.child = child;
    this.door = door;
    this.client = client;
    this.loop = loop;
    this.killAfter = killAfter;
    child.exit().thenAcceptAsync(this::died, loop);
  }

  /** Completes on the event loop when the process has ended and all its calls with it. */
  CompletionStage<Void> gone() {
    return gone.minimalCompletionStage();
  }

  /** Whether new calls may be given to it. */
  boolean isTaking() {
    return taking;
  }

  /** Whether it has ever done its work. */
  boolean hasAnswered() {
    return answered;
  }

  int busy() {
    return calls.size();
  }

  /**
   * Gives it a call.
   *
   * @param again takes the call back, where the worker turns out to be dead before it has seen it
   */
  void serve(PythonRun run, Consumer<PythonRun> again) {
    Exchange<AnswerFrame> exchange =
        client.send(door.server(), door.message(run.before(), run.body()), run.answer());
    calls.put(run, new Call(exchange, again));
    run.givenTo(this);
    exchange
        .answered()
        .whenComplete(
            (frame, error) -> {
              if (error == null) {
                answered = true;
                finish(run, frame.ending());
              } else {
                failed(run, error);
              }
            });
  }

  /** Takes no more calls, and ends when those are done that may still end by themselves. */
  void retire() {
    taking = false;
    if (calls.keySet().stream().allMatch(PythonRun::isOverdue)) {
      end();
    }
  }

  /** Ends the process: gracefully first. */
  void end() {
    taking = false;
    if (!ending) {
      ending = true;
      child.terminate();
      loop.after(
          killAfter,
          () -> {
            if (!gone.isDone()) {
              child.kill();
            }
          });
    }
  }

  private void failed(PythonRun run, Throwable error) {
    if (error instanceof BoundedOutput.Exceeded) {
      finish(run, new Broke(String.valueOf(error.getMessage())));
    } else {
      String detail = "the connection to its worker broke: " + error.getMessage();
      loop.after(DEATH_PATIENCE, () -> finish(run, new Broke(detail)));
    }
  }

  private void finish(PythonRun run, Ending how) {
    if (calls.remove(run) != null) {
      run.end(how);
      if (!taking) {
        retire();
      }
    }
  }

  private void died(Exit exit) {
    taking = false;
    Map<PythonRun, Call> lost = Map.copyOf(calls);
    calls.clear();
    gone.complete(null);
    lost.forEach(
        (run, call) -> {
          call.exchange.abort();
          if (call.exchange.isSent()) {
            run.end(lost(run, exit));
          } else {
            call.again.accept(run);
          }
        });
  }

  private static Broke lost(PythonRun run, Exit exit) {
    return new Broke(
        run.isOverdue() ? "it did not return, so its worker was ended" : exit.told("its worker"));
  }
}
