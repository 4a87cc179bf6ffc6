package edge.starling.verticles.ingress;

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
  private @Nullable Exchange exchange;
  private long bytesSeen;

  ClientConnection(long nowNanos) {
    this.progressAt = nowNanos;
  }

  /** A request's head has come. */
  void receives(Exchange begun, long nowNanos) {
    exchange = begun;
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
    exchange = null;
  }

  /** The answer begins: from now on the client has to take it. */
  void answers(long nowNanos) {
    serving = false;
    progressAt = nowNanos;
  }

  /**
   * The body that is on its way in cannot be read.
   *
   * @return false where there is nobody left to tell
   */
  boolean refuseBody(Problem problem) {
    Exchange current = exchange;
    if (current == null || current.request().isEnded()) {
      return false;
    }
    current.refuseBody(problem);
    return true;
  }

  boolean isIdle(long nowNanos, long idleNanos) {
    noteProgress(nowNanos);
    return !serving && nowNanos - progressAt >= idleNanos;
  }

  private void noteProgress(long nowNanos) {
    Exchange current = exchange;
    if (current != null) {
      long bytes = current.request().bytesRead() + current.response().bytesWritten();
      if (bytes - bytesSeen >= PROGRESS_BYTES) {
        bytesSeen = bytes;
        progressAt = nowNanos;
      }
    }
  }
}
