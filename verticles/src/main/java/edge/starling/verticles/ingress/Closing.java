package edge.starling.verticles.ingress;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** Whether a connection closes after an answer, and how the client still gets that answer. */
final class Closing {
  private static final long DRAINABLE_BYTES = 64 * 1024;
  private static final long LINGER_MILLIS = 2_000;

  private Closing() {}

  /** Vert.x sees this option only where it stands alone, so that is left to it. */
  static boolean isAskedFor(HttpServerRequest request) {
    String options = request.headers().get(HttpHeaders.CONNECTION);
    return options != null
        && options.indexOf(',') >= 0
        && HopByHop.of(List.of(options)).drops("close");
  }

  /** A refused body that is short is read and forgotten; a long one is not worth the wait. */
  static boolean isCheaperThanReading(HttpServerRequest request) {
    if (request.isEnded() || request.decoderResult().isFailure()) {
      return false;
    }
    if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
      return true;
    }
    String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    return length != null
        && (RequestReader.length(length) > DRAINABLE_BYTES
            || request.headers().contains(HttpHeaders.EXPECT));
  }

  /** Not at once: the client could lose the answer while it is still sending. */
  static void discardAndClose(Vertx vertx, HttpServerRequest request) {
    request.handler(null);
    request.endHandler(ended -> request.connection().close());
    request.resume();
    vertx.setTimer(LINGER_MILLIS, timer -> request.connection().close());
  }
}
