package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.BodiesMessage;
import edge.starling.codecs.messages.Bytes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * Sends a large body piece by piece, each when the client has taken the ones before. Confined to
 * the event loop of its exchange.
 */
final class BodyPump {
  private final Exchange exchange;
  private final HttpServerResponse response;
  private final long length;
  private long sent;

  /**
   * @param length in bytes, more than 0
   */
  BodyPump(Exchange exchange, long length) {
    this.exchange = exchange;
    this.response = exchange.response();
    this.length = length;
  }

  /**
   * Sends the next piece; the last one ends the exchange.
   *
   * @return completes when the client has room for another; fails when the exchange is over
   */
  Future<Void> send(Buffer piece) {
    if (exchange.isOver()) {
      return Future.failedFuture("the client has gone");
    }
    sent += piece.length();
    if (sent == length) {
      exchange.end(piece);
      return Future.succeededFuture();
    }
    response.write(piece);
    if (!response.writeQueueFull()) {
      return Future.succeededFuture();
    }
    Promise<Void> drained = Promise.promise();
    response.drainHandler(drained::tryComplete);
    return drained.future();
  }

  /**
   * Sends a body that is at hand. A loop and no recursion, since its pieces would pile up calls.
   */
  void sendAll(Bytes body) {
    while (sent < length) {
      int from = (int) sent;
      int count = Math.min(BodiesMessage.PIECE_BYTES, body.length() - from);
      Future<Void> taken = send(Buffer.buffer(count).appendBytes(body.array(), from, count));
      if (!taken.succeeded()) {
        taken.onSuccess(room -> sendAll(body));
        return;
      }
    }
  }
}
