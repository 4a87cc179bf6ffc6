package edge.starling.verticles.deployment;

import edge.starling.codecs.bus.BodyReader;
import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Ends an operation with an answer for the user instead of a result. */
final class Refusal extends RuntimeException {
  private final Cause reason;

  Refusal(Cause reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  Cause reason() {
    return reason;
  }

  /** What the user is told; nothing for a fault of the node. */
  static Optional<Rejected> of(Throwable error) {
    Throwable cause = unwrapped(error);
    if (cause instanceof Refusal refusal) {
      return Optional.of(new Rejected(refusal.reason, String.valueOf(refusal.getMessage())));
    }
    return cause instanceof BusError bus && bus.code() == BusError.Code.TIMED_OUT
        ? Optional.of(new Rejected(Cause.DEADLINE, String.valueOf(bus.getMessage())))
        : Optional.empty();
  }

  /** What went wrong, in words. */
  static String problem(Throwable error) {
    Throwable cause = unwrapped(error);
    return cause instanceof Refusal || cause instanceof BusError || cause instanceof BodyReader.Lost
        ? String.valueOf(cause.getMessage())
        : cause.toString();
  }

  static Throwable unwrapped(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }
}
