package edge.starling.verticles.ingress;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Whether a connection is of use to its client: a request or an answer makes progress on it, or a
 * function is at work. Confined to the connection's event loop.
 */
final class ClientConnection {
  /**
   * Fewer bytes than this within the idle time are no progress, so that trickling does not help.
   */
  private static final long PROGRESS_BYTES = 16 * 1024;

  private long progressAt;
  private boolean serving;
  private @Nullable HttpServerRequest request;
  private long bytesSeen;

  ClientConnection(long nowNanos) {
    this.progressAt = nowNanos;
  }

  /** A request's head has come. */
  void receives(HttpServerRequest begun, long nowNanos) {
    request = begun;
    bytesSeen = 0;
    progressAt = nowNanos;
  }

  /** The whole request is there: from now on the node lets the client wait. */
  void serves() {
    serving = true;
  }

  /** The answer is over. */
  void ends(long nowNanos) {
    serving = false;
    progressAt = nowNanos;
    // What was read for the request must not stay while the connection idles.
    request = null;
  }

  /** The answer begins: from now on the client has to take it. */
  void answers(long nowNanos) {
    serving = false;
    progressAt = nowNanos;
  }

  boolean isIdle(long nowNanos, long idleNanos) {
    noteProgress(nowNanos);
    return !serving && nowNanos - progressAt >= idleNanos;
  }

  private void noteProgress(long nowNanos) {
    HttpServerRequest current = request;
    if (current != null) {
      long bytes = current.bytesRead() + current.response().bytesWritten();
      if (bytes - bytesSeen >= PROGRESS_BYTES) {
        bytesSeen = bytes;
        progressAt = nowNanos;
      }
    }
  }
}
