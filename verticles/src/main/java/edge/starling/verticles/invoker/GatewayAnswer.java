package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Response;
import edge.starling.verticles.invoker.Run.Answered;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.Run.NotTaken;
import java.time.Duration;

/**
 * Tells a function's own answer from what an OpenFaaS gateway says itself. Gateways mark their own
 * errors with a header field; older ones are known by their texts. Everything else is the
 * function's, whatever its status.
 */
final class GatewayAnswer {
  private static final String MARK = "X-OpenFaaS-Internal";

  /** A gateway's own errors are one line. */
  private static final int LONGEST_TEXT = 1_024;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private GatewayAnswer() {}

  static Ending ending(Response response) {
    int status = response.status();
    if (status == 404 || status >= 500) {
      String text = text(response.body());
      boolean marked = response.headers().first(MARK).isPresent();
      if (isUnknown(status, text, marked)) {
        return new NotTaken(Reason.RUNTIME_DOWN, RETRY_AFTER);
      }
      if (status == 502 && text.isEmpty()) {
        return new Broke(
            "the OpenFaaS gateway had no answer of the function within its own time, or cannot reach"
                + " it");
      }
      if (marked || (status == 500 && text.startsWith("Can't reach service for: "))) {
        return new Broke("the OpenFaaS gateway answered " + status + ": " + text);
      }
    }
    return new Answered(response);
  }

  /** Whether it has no such function, or no replica of it, so that nothing has run. */
  private static boolean isUnknown(int status, String text, boolean marked) {
    return switch (status) {
      case 404 -> text.startsWith("error finding function ");
      case 500 -> marked && text.startsWith("Failed to resolve service: ");
      case 503 -> text.startsWith("No endpoints available for: ");
      default -> false;
    };
  }

  private static String text(Body body) {
    Bytes bytes = body.bytes();
    return bytes == null || bytes.length() > LONGEST_TEXT ? "…" : bytes.utf8().strip();
  }
}
