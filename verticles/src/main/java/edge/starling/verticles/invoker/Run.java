package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Response;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A function at work. */
interface Run {

  /**
   * Completes, on any thread and never exceptionally, when the function no longer works on it: then
   * its slot and memory are free.
   */
  CompletionStage<Ending> ended();

  /**
   * Nobody waits for it any more: end it as soon as the runtime can. Harmless when it has ended.
   */
  void stop();

  /** How a run ended. */
  sealed interface Ending {}

  /** The function answered. */
  record Answered(Response response) implements Ending {}

  /** The function raised, or exited with a status that is not 0. */
  record Raised(String detail) implements Ending {}

  /**
   * The function has surely not seen it, and another node may take it.
   *
   * @param retryAfter when a further try makes sense here
   */
  record NotTaken(Reason reason, Duration retryAfter) implements Ending {}

  /** The runtime broke: a trap, a dead worker. Stopped runs end so as well. */
  record Broke(String detail) implements Ending {}
}
