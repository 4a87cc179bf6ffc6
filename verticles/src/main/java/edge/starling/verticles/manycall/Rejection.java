package edge.starling.verticles.manycall;

import edge.starling.codecs.messages.ManycallMessage.Cause;

/** A manycall that does not begin; the message is for the caller. */
final class Rejection extends RuntimeException {
  private final Cause why;

  Rejection(Cause why, String message) {
    super(message, null, false, false);
    this.why = why;
  }

  static Rejection malformed(String message) {
    return new Rejection(Cause.MALFORMED, message);
  }

  Cause why() {
    return why;
  }
}
