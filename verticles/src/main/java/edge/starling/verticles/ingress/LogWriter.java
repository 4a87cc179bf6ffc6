package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvokerMessage.LogLine;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes a log as clients of OpenFaaS read it, a line of JSON for each of its lines, no faster than
 * the client takes them. Confined to the event loop of its exchange.
 */
final class LogWriter {
  private static final int BATCH_BYTES = 16 << 10;

  /** Before what the node itself has to say. */
  private static final String EVENT = "[starling] ";

  private final Exchange exchange;
  private final HttpServerResponse response;
  private final FunctionName function;
  private Buffer batch = Buffer.buffer();
  private @Nullable Promise<Void> drained;

  private record Message(
      String name, String namespace, String instance, String timestamp, String text) {}

  LogWriter(Exchange exchange, FunctionName function) {
    this.exchange = exchange;
    this.response = exchange.response();
    this.function = function;
  }

  /** Begins the answer, so that the client sees that there is one before there is a line. */
  void begin() {
    exchange.head(200);
    response.setChunked(true).headers().set(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
    response.writeHead();
    exchange.serves();
  }

  /** Keeps a line until there are some, or {@link #flush}. */
  void add(NodeId node, LogLine line) {
    Message message =
        new Message(
            function.name(), function.namespace(), node.name(), line.at().toString(), line.text());
    batch.appendBytes(Json.asNamed(message)).appendByte((byte) '\n');
    if (batch.length() >= BATCH_BYTES) {
      flush();
    }
  }

  /** Tells what became of a node's log. */
  void tell(NodeId node, Instant at, String what) {
    add(node, new LogLine(at, EVENT + what));
  }

  void flush() {
    if (batch.length() > 0 && !exchange.isOver()) {
      response.write(batch);
      batch = Buffer.buffer();
    }
  }

  /** Completes when the client can take more; not before it has taken what it has. */
  Future<Void> room() {
    if (drained != null) {
      return drained.future();
    }
    if (exchange.isOver() || !response.writeQueueFull()) {
      return Future.succeededFuture();
    }
    Promise<Void> waiting = Promise.promise();
    drained = waiting;
    exchange.waitsForClient();
    response.drainHandler(
        room -> {
          drained = null;
          exchange.serves();
          waiting.complete();
        });
    return waiting.future();
  }

  void end() {
    if (!exchange.isOver()) {
      exchange.end(batch);
    }
  }
}
