package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Capacity;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Carries frames to Python workers on this machine and back, over HTTP/1.1. Used on the invoker's
 * event loop, on which the exchanges complete.
 */
final class WorkerClient implements AutoCloseable {
  private static final int PIECE_BYTES = 64 * 1024;

  /** To one worker: as many as there can ever be slots, since a call must not wait for one here. */
  private static final int MOST_CONNECTIONS = (int) Capacity.Kind.SLOTS.most();

  private static final CharSequence SECRET = HttpHeaders.createOptimized("x-starling-secret");

  private final Vertx vertx;
  private final HttpClient client;

  WorkerClient(Vertx vertx) {
    this.vertx = vertx;
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setTcpNoDelay(true),
            new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS));
  }

  /**
   * Where a worker takes calls.
   *
   * @param port on the loopback address
   * @param secret that it shares with this node alone
   */
  record Door(int port, String secret) {}

  /** The event loop on which this is called. */
  Loop currentLoop() {
    Context context = vertx.getOrCreateContext();
    return new Loop(task -> context.runOnContext(now -> task.run()));
  }

  /**
   * Sends a frame: what comes before the body, and the body. Both arrays are only read.
   *
   * @param answer takes what comes back
   */
  Exchange post(Door door, byte[] before, byte[] body, AnswerFrame answer) {
    Exchange exchange = new Exchange(answer);
    client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(door.port)
                .setURI("/")
                .putHeader(SECRET, door.secret))
        .onSuccess(request -> exchange.send(request, before, body))
        .onFailure(exchange.answered::completeExceptionally);
    return exchange;
  }

  @Override
  public void close() {
    client.close();
  }

  /** A frame on its way, and the one that comes back. Confined to the event loop. */
  static final class Exchange {
    private final CompletableFuture<AnswerFrame> answered = new CompletableFuture<>();
    private final AnswerFrame answer;
    private @Nullable HttpClientRequest sent;
    private boolean aborted;

    private Exchange(AnswerFrame answer) {
      this.answer = answer;
    }

    /**
     * The frame that came back; fails with {@link BoundedOutput.Exceeded}, an {@link IOException}
     * or what the network gave.
     */
    CompletionStage<AnswerFrame> answered() {
      return answered;
    }

    /** Whether the worker may have seen anything of it. */
    boolean isSent() {
      return sent != null;
    }

    /** Closes the connection. The answer fails, where it has not come. */
    void abort() {
      aborted = true;
      if (sent != null) {
        sent.reset();
      }
    }

    private void send(HttpClientRequest request, byte[] before, byte[] body) {
      request.response().onSuccess(this::receive).onFailure(answered::completeExceptionally);
      if (aborted) {
        request.reset();
        return;
      }
      sent = request;
      long length = (long) before.length + body.length;
      request.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
      if (length <= PIECE_BYTES) {
        request.end(Buffer.buffer((int) length).appendBytes(before).appendBytes(body));
      } else {
        request.write(Buffer.buffer(before));
        write(request, body, 0);
      }
    }

    /** Piece by piece, as fast as the worker reads. */
    private static void write(HttpClientRequest request, byte[] body, int from) {
      int at = from;
      while (at < body.length && !request.writeQueueFull()) {
        int length = Math.min(PIECE_BYTES, body.length - at);
        request.write(Buffer.buffer(length).appendBytes(body, at, length));
        at += length;
      }
      if (at == body.length) {
        request.end();
      } else {
        int rest = at;
        request.drainHandler(now -> write(request, body, rest));
      }
    }

    private void receive(HttpClientResponse response) {
      String length = response.headers().get(HttpHeaders.CONTENT_LENGTH);
      if (response.statusCode() != 200 || length == null) {
        fail(new IOException("status " + response.statusCode()));
        return;
      }
      answer.expect(Long.parseLong(length));
      response.handler(
          piece -> {
            try {
              answer.add(piece.getBytes());
            } catch (BoundedOutput.Exceeded e) {
              fail(e);
            }
          });
      response
          .end()
          .onSuccess(end -> answered.complete(answer))
          .onFailure(answered::completeExceptionally);
    }

    private void fail(Exception error) {
      answered.completeExceptionally(error);
      abort();
    }
  }
}
