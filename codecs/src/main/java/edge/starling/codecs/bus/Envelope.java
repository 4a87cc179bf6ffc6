package edge.starling.codecs.bus;

import edge.starling.codecs.bus.BusError.Code;
import edge.starling.codecs.messages.BusMessage;
import org.jspecify.annotations.Nullable;

/**
 * What the event bus carries: a message and how to answer it, an answer, or a fault. A fault with
 * an address to answer to is a request that this node cannot read.
 *
 * @param correlation tells the asker which of its requests is answered; 0 for a notice
 * @param replyTo where the answer goes; null for what is not answered
 * @param message null for a fault
 * @param fault null for a message
 * @param detail of the fault; else empty
 */
record Envelope(
    long correlation,
    @Nullable String replyTo,
    @Nullable BusMessage message,
    @Nullable Code fault,
    String detail) {

  static Envelope notice(BusMessage message) {
    return new Envelope(0, null, message, null, "");
  }

  static Envelope request(long correlation, String replyTo, BusMessage message) {
    return new Envelope(correlation, replyTo, message, null, "");
  }

  static Envelope answer(long correlation, BusMessage message) {
    return new Envelope(correlation, null, message, null, "");
  }

  /** What came over the wire cannot be read; the asker, if there is one, is to know. */
  static Envelope unreadable(long correlation, @Nullable String replyTo, String detail) {
    Code code = replyTo == null ? Code.BAD_MESSAGE : Code.NOT_UNDERSTOOD;
    return new Envelope(correlation, replyTo, null, code, detail);
  }

  static Envelope fault(long correlation, Code code, String detail) {
    return new Envelope(correlation, null, null, code, detail);
  }
}
