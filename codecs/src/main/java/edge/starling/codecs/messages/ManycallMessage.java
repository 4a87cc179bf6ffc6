package edge.starling.codecs.messages;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the manycall verticle takes and answers: many calls of one function in one request. */
public sealed interface ManycallMessage extends BusMessage {

  /** How the answers are written. */
  enum Form {
    /** {@code {"responses":[…]}}, in the order of the items. */
    RESPONSES,
    /** {@code {"results":[…]}}, in the order of the items. */
    RESULTS,
    /** Newline-delimited JSON, an answer a line, as they come. */
    LINES,
    /** Server-sent events, as the answers come, with how far it is. */
    EVENTS
  }

  /**
   * Serve the calls that a document describes. It is checked as a whole before the first one
   * starts.
   *
   * @param id of the manycall
   * @param path of the document on this node's disk; whoever asks deletes it
   * @param remaining the time left for all of it; null where the caller has named none
   */
  record Start(
      InvocationId id, FunctionName function, String path, Form form, @Nullable Duration remaining)
      implements ManycallMessage {}

  sealed interface StartAnswer extends ManycallMessage {}

  /**
   * What it writes is to be read from now on.
   *
   * @param items how many there are
   */
  record Started(int items) implements StartAnswer {}

  /** Nothing has run. */
  record NotStarted(Cause cause, String detail) implements StartAnswer {}

  enum Cause {
    MALFORMED,
    /** More items than there may be, or one of them is too large. */
    TOO_LARGE,
    UNKNOWN_FUNCTION,
    /** There are as many manycalls already as there may be. */
    BUSY,
    /** The index gave no answer in time. */
    INDEX_SILENT
  }

  /** Give the next of what it writes, as soon as there is some. One at a time. */
  record Take(InvocationId id) implements ManycallMessage {}

  /**
   * @param bytes a part of the answer's body; may be empty at the end
   * @param last whether nothing follows
   */
  record Taken(Bytes bytes, boolean last) implements ManycallMessage {}

  /** The client has gone: what has not started does not start. */
  record Abandon(InvocationId id) implements ManycallMessage {}
}
