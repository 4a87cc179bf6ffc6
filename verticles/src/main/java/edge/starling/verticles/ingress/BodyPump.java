package edge.starling.verticles.ingress;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.LongFunction;

/**
 * Sends a large body piece by piece, each when the client has taken the ones before. Confined to
 * the event loop of its exchange.
 */
final class BodyPump {
  private final Exchange exchange;
  private final HttpServerResponse response;
  private final long length;
  private final LongFunction<Future<Buffer>> pieces;
  private Runnable whenWhole = () -> {};
  private long sent;
  private boolean isFull;

  /**
   * @param length in bytes, more than 0
   * @param pieces the bytes from an offset on, at least one
   */
  BodyPump(Exchange exchange, long length, LongFunction<Future<Buffer>> pieces) {
    this.exchange = exchange;
    this.response = exchange.response();
    this.length = length;
    this.pieces = pieces;
  }

  BodyPump whenWhole(Runnable action) {
    whenWhole = action;
    return this;
  }

  void run() {
    response.drainHandler(drained -> drained());
    pump();
  }

  /** A loop and no recursion, since pieces that are at hand would pile up calls. */
  private void pump() {
    while (!exchange.isOver() && !isFull) {
      Future<Buffer> piece = pieces.apply(sent);
      if (!piece.isComplete()) {
        piece.onComplete(
            arrived -> {
              send(piece);
              pump();
            });
        return;
      }
      send(piece);
    }
  }

  private void send(Future<Buffer> piece) {
    if (exchange.isOver()) {
      return;
    }
    if (piece.failed() || sent + piece.result().length() > length) {
      exchange.breakOff();
      return;
    }
    sent += piece.result().length();
    if (sent == length) {
      exchange.end(piece.result());
      whenWhole.run();
    } else {
      response.write(piece.result());
      isFull = response.writeQueueFull();
    }
  }

  private void drained() {
    if (isFull) {
      isFull = false;
      pump();
    }
  }
}
