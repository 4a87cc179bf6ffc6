package edge.starling.codecs.messages;

import java.time.Duration;
import java.util.function.Function;

/** How an invocation ended: these are all the ways. Answers to invokers and routers alike. */
public sealed interface Outcome extends BusMessage {

  /**
   * The function answered.
   *
   * @param servedBy the node that ran it
   * @param hops forwards on the way there
   * @param inQueue how long it waited for a slot there
   * @param inFunction how long the function took
   */
  record Completed(
      Response response, NodeId servedBy, int hops, Duration inQueue, Duration inFunction)
      implements Outcome {}

  /**
   * It was not started, and another node may take it.
   *
   * @param by who refused
   * @param occupancy of that node, now
   * @param retryAfter when a further try makes sense
   */
  record Refused(Reason reason, NodeId by, Occupancy occupancy, Duration retryAfter)
      implements Outcome {}

  /**
   * It ended without an answer of the function.
   *
   * @param by the node where it ended
   * @param hops forwards on the way there
   * @param detail for the caller: what went wrong, with the end of the function's stderr where
   *     there is one
   */
  record Failed(Failure failure, String detail, NodeId by, int hops, Duration inFunction)
      implements Outcome {}

  /** Why a node did not take a call. */
  enum Reason {
    /** Every slot is taken and the queue is full. */
    QUEUE_FULL,
    /** The body alone is over what the node holds at most. */
    BODY_TOO_LARGE,
    /** The node is leaving. */
    DRAINING,
    /** The node stood still, and cannot tell how old the call is. */
    STOOD_STILL,
    /** The node does not have the function. */
    NOT_PROVIDED,
    /** No live node has the function. */
    NO_PROVIDER,
    /** It may not be forwarded any further. */
    HOP_LIMIT,
    /** The providers could not be looked up in time. */
    INDEX_SILENT
  }

  /** Why a call has no answer of its function. */
  enum Failure {
    UNKNOWN_FUNCTION,
    /** The function raised, or exited with a status that is not 0. */
    FUNCTION_ERROR,
    /** The function's runtime broke: a trap, a worker that died. */
    RUNTIME_ERROR,
    /** The node that had the call is gone, and whether the call had started is unknown. */
    PROVIDER_LOST,
    DEADLINE,
    CANCELLED,
    /** The caller's large body could not be read from the node that holds it. */
    BODY_LOST
  }

  /** Java 17's switch knows no sealed types yet. */
  default <T> T match(
      Function<? super Completed, T> completed,
      Function<? super Refused, T> refused,
      Function<? super Failed, T> failed) {
    if (this instanceof Completed c) {
      return completed.apply(c);
    }
    return this instanceof Refused r ? refused.apply(r) : failed.apply((Failed) this);
  }
}
