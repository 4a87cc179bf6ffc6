package edge.starling.codecs.messages;

import java.time.Duration;
import java.util.Locale;
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

  /** Why a call has no answer of its function, as a caller is told it (RFC 9457). */
  interface Why {
    /** Of HTTP. */
    int status();

    /** In a few words. */
    String title();

    /** The name of the constant. */
    String name();

    /** As problem types are written: {@code queue-full}. */
    default String type() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Why a node did not take a call. */
  enum Reason implements Why {
    /** Every slot is taken and the queue is full. */
    QUEUE_FULL(503, "No node has room"),
    /** More calls a second would be over the node's rate. */
    OVER_RATE(503, "No node has room"),
    /** The node's processors are busier than they may be. */
    OVER_CPU(503, "No node has room"),
    /** The function itself takes no more calls at once. */
    FUNCTION_FULL(429, "The function takes no more calls at once"),
    /** What the function runs on, outside of the node, does not answer. */
    RUNTIME_DOWN(503, "The function's runtime does not answer"),
    /** The body alone is over what the node holds at most. */
    BODY_TOO_LARGE(413, "The body is over the limit"),
    /** The node is leaving. */
    DRAINING(503, "The node is leaving"),
    /** The node stood still, and cannot tell how old the call is. */
    STOOD_STILL(503, "The node has just stood still"),
    /** The node does not have the function. */
    NOT_PROVIDED(503, "No live provider of the function takes calls"),
    /** No live node has the function. */
    NO_PROVIDER(503, "No live provider of the function takes calls"),
    /** It may not be forwarded any further. */
    HOP_LIMIT(503, "The call may not be forwarded any further"),
    /** The scheduling policy sends it to none of the nodes that are left. */
    REJECTED(503, "The scheduling policy rejects the call"),
    /** The providers could not be looked up in time. */
    INDEX_SILENT(503, "The providers could not be looked up in time");

    private final int status;
    private final String title;

    Reason(int status, String title) {
      this.status = status;
      this.title = title;
    }

    @Override
    public int status() {
      return status;
    }

    @Override
    public String title() {
      return title;
    }
  }

  /** Why a call ended without an answer. */
  enum Failure implements Why {
    UNKNOWN_FUNCTION(404, "No such function"),
    /** The function raised, or exited with a status that is not 0. */
    FUNCTION_ERROR(500, "The function failed"),
    /** The function's runtime broke: a trap, a worker that died. */
    RUNTIME_ERROR(502, "The function's runtime failed"),
    /** The node that had the call is gone, and whether the call had started is unknown. */
    PROVIDER_LOST(502, "The node that had the call is gone"),
    DEADLINE(504, "The time was up"),
    CANCELLED(499, "The call was cancelled"),
    /** The caller's large body could not be read from the node that holds it. */
    BODY_LOST(502, "A body was lost");

    private final int status;
    private final String title;

    Failure(int status, String title) {
      this.status = status;
      this.title = title;
    }

    @Override
    public int status() {
      return status;
    }

    @Override
    public String title() {
      return title;
    }
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
