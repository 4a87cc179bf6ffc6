package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call of a Python function. Confined to the invoker's event loop. */
final class PythonRun implements Run {
  private final CompletableFuture<Ending> ended = new CompletableFuture<>();
  private final byte[] before;
  private final byte[] body;
  private final AnswerFrame answer;
  private final long waitsUntil;
  private final Consumer<PythonRun> onStop;
  private @Nullable Worker worker;
  private boolean stopped;
  private boolean overdue;

  /**
   * @param waitsUntil when waiting for a worker is over, in {@link System#nanoTime}
   * @param onStop called once, where the run has not ended
   */
  PythonRun(
      InvocationId id,
      Request request,
      AnswerFrame answer,
      long waitsUntil,
      Consumer<PythonRun> onStop) {
    this.before = CallFrame.before(id, request);
    this.body = Objects.requireNonNull(request.body().bytes(), "a body at hand").array();
    this.answer = answer;
    this.waitsUntil = waitsUntil;
    this.onStop = onStop;
  }

  byte[] before() {
    return before;
  }

  byte[] body() {
    return body;
  }

  /** Where its answer comes in. */
  AnswerFrame answer() {
    return answer;
  }

  long waitsUntil() {
    return waitsUntil;
  }

  /** The worker that has it; null while it waits for one. */
  @Nullable Worker worker() {
    return worker;
  }

  void givenTo(Worker other) {
    worker = other;
  }

  /** Whether its worker is to be ended on its account. */
  boolean isOverdue() {
    return overdue;
  }

  void becomeOverdue() {
    overdue = true;
  }

  boolean isStopped() {
    return stopped;
  }

  boolean hasEnded() {
    return ended.isDone();
  }

  void end(Ending ending) {
    ended.complete(ending);
  }

  @Override
  public CompletionStage<Ending> ended() {
    return ended.minimalCompletionStage();
  }

  @Override
  public void stop() {
    if (!stopped && !hasEnded()) {
      stopped = true;
      onStop.accept(this);
    }
  }
}
