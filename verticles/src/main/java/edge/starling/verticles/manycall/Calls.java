package edge.starling.verticles.manycall;

import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Request;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What a manycall needs of the node. Everything completes and runs on the event loop. */
interface Calls {
  /**
   * Has a call served. Never fails: what went wrong is the outcome.
   *
   * @return with its body at hand
   */
  CompletionStage<Outcome> call(InvocationId id, Request request, Duration remaining);

  /** Nobody waits for the call any more. */
  void cancel(InvocationId id);

  /** How the client is told. */
  CompletionStage<ItemAnswer> answer(Outcome outcome);

  /**
   * Runs this once, after the delay.
   *
   * @return takes that back, and lets go of the task; harmless when it has run
   */
  Runnable after(Duration delay, Runnable task);
}
