package edge.starling.verticles.ingress;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

/**
 * Lets a client send no faster than the disk takes it. Confined to the event loop of the request.
 */
final class DiskPace {
  /** The client waits while so much has come that is not on disk yet. */
  private static final int MOST_UNWRITTEN = 256 * 1024;

  private final HttpServerRequest request;
  private int unwritten;

  DiskPace(HttpServerRequest request) {
    this.request = request;
  }

  /** So many bytes are being written. */
  Future<?> writing(int bytes, Future<?> written) {
    unwritten += bytes;
    if (unwritten > MOST_UNWRITTEN) {
      request.pause();
    }
    return written.onSuccess(
        done -> {
          unwritten -= bytes;
          if (unwritten <= MOST_UNWRITTEN / 2) {
            request.resume();
          }
        });
  }
}
