package edge.starling.verticles.invoker;

import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.UpstreamClient.Answer;
import edge.starling.verticles.invoker.UpstreamClient.Exchange;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A long-running process that serves a function, and the calls that it has now. Confined to the
 * invoker's event loop.
 */
final class Worker {
  /** A broken connection mostly means a dead process, which is told a moment later. */
  private static final Duration DEATH_PATIENCE = Duration.ofSeconds(1);

  private final Child child;
  private final Door door;
  private final UpstreamClient client;
  private final Loop loop;
  private final Duration killAfter;
  private final Map<WorkerRun, Call> calls = new HashMap<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private boolean taking = true;
  private boolean ending;
  private boolean answered;

  /**
   * @param again takes the call back
   */
  private record Call(Exchange<Answer> exchange, Consumer<WorkerRun> again) {}

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
  void serve(WorkerRun run, Consumer<WorkerRun> again) {
    WorkerCall call = run.call();
    Exchange<Answer> exchange =
        client.send(door.server(), door.opened(call.message()), call.answer());
    calls.put(run, new Call(exchange, again));
    run.givenTo(this);
    exchange
        .answered()
        .whenComplete(
            (answer, error) -> {
              if (error == null) {
                answered = true;
                finish(run, call.ending());
              } else {
                failed(run, error);
              }
            });
  }

  /** Closes a call's connection, whatever the process makes of that. The call has ended then. */
  void abandon(WorkerRun run) {
    Call call = calls.get(run);
    if (call != null) {
      call.exchange.abort();
      finish(run, new Broke("it was stopped"));
    }
  }

  /** Takes no more calls, and ends when those are done that may still end by themselves. */
  void retire() {
    taking = false;
    if (calls.keySet().stream().allMatch(WorkerRun::isOverdue)) {
      end();
    }
  }

  /** Ends the process and what it has started: gracefully first. */
  void end() {
    taking = false;
    if (!ending) {
      ending = true;
      child.terminate();
      loop.after(killAfter, child::kill);
    }
  }

  private void failed(WorkerRun run, Throwable error) {
    if (error instanceof BoundedOutput.Exceeded) {
      finish(run, new Broke(String.valueOf(error.getMessage())));
    } else {
      String detail = "the connection to its worker broke: " + error.getMessage();
      loop.after(DEATH_PATIENCE, () -> finish(run, new Broke(detail)));
    }
  }

  private void finish(WorkerRun run, Ending how) {
    if (calls.remove(run) != null) {
      run.end(how);
      if (!taking) {
        retire();
      }
    }
  }

  private void died(Exit exit) {
    taking = false;
    Map<WorkerRun, Call> lost = Map.copyOf(calls);
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

  private static Broke lost(WorkerRun run, Exit exit) {
    return new Broke(
        run.isOverdue() ? "it did not return, so its worker was ended" : exit.told("its worker"));
  }
}
