package edge.starling.loadtest.faults;

/**
 * How a call ended for its client.
 *
 * @param status 0 if there was no answer
 * @param problem the last part of the problem's type; empty if the answer tells none
 * @param startedUnknown whether the problem says that nobody knows if the call has run
 * @param hasRetryAfter whether the answer says when to try again
 * @param servedBy empty if the answer does not tell
 * @param version of the function, as it told; 0 if it did not
 * @param isRight whether a function's answer is the one to this call, with its whole body
 * @param detail for people
 */
record CallEnding(
    Kind kind,
    int status,
    String problem,
    boolean startedUnknown,
    boolean hasRetryAfter,
    String servedBy,
    int version,
    boolean isRight,
    String detail) {

  /** What a client can see. */
  enum Kind {
    /** An answer came, whatever its status. */
    ANSWERED,
    /** The node that was asked did not take the connection. */
    NOT_CONNECTED,
    /** The connection ended before the answer was there. */
    BROKEN_OFF,
    /** Nothing came for longer than the call's time and some seconds. */
    SILENCE
  }

  static CallEnding without(Kind kind, String detail) {
    return new CallEnding(kind, 0, "", false, false, "", 0, false, detail);
  }

  /** For counting. */
  String reason() {
    return switch (kind) {
      case ANSWERED -> problem.isEmpty() ? String.valueOf(status) : status + " " + problem;
      case NOT_CONNECTED -> "not connected";
      case BROKEN_OFF -> "connection broken";
      case SILENCE -> "silence";
    };
  }
}
