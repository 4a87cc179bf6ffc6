package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Headers;
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
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Carries calls to HTTP servers that run functions and the answers back, over HTTP/1.1 with
 * connections that are kept. Used on the invoker's event loop, on which the exchanges complete.
 */
final class UpstreamClient implements AutoCloseable {
  private static final int PIECE_BYTES = 64 * 1024;

  /** To one server: as many as there can ever be slots, since a call must not wait for one here. */
  private static final int MOST_CONNECTIONS = (int) Capacity.Kind.SLOTS.most();

  /** Less than servers keep an idle connection, so that none is used that is about to be closed. */
  private static final int KEPT_SECONDS = 5;

  /** More than an answer may have: that is told by whoever looks at it. */
  private static final int HEADER_BYTES = 64 * 1024;

  private static final int CONNECT_MILLIS = 2_000;

  private final Vertx vertx;
  private final HttpClient client;

  UpstreamClient(Vertx vertx) {
    this.vertx = vertx;
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setTcpNoDelay(true)
                .setMaxHeaderSize(HEADER_BYTES)
                .setConnectTimeout(CONNECT_MILLIS)
                .setKeepAliveTimeout(KEPT_SECONDS),
            new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS));
  }

  /** A server that runs functions. */
  record Server(String host, int port, boolean tls) {
    /** On the loopback address. */
    static Server here(int port) {
      return new Server("127.0.0.1", port, false);
    }
  }

  /**
   * A request, with the body in one piece or several.
   *
   * @param target path and query
   */
  record Message(String method, String target, Headers headers, List<byte[]> body) {
    long length() {
      long length = 0;
      for (byte[] part : body) {
        length += part.length;
      }
      return length;
    }
  }

  /** Takes what a server answers as it comes in. Confined to the event loop. */
  interface Answer {
    /**
     * Called once, first.
     *
     * @param length of the body that follows; -1 where that is not known
     * @throws UncheckedIOException where it is no answer that can be read
     * @throws BoundedOutput.Exceeded where it is too long
     */
    void begin(int status, Headers headers, long length);

    /**
     * @throws BoundedOutput.Exceeded where it becomes too long
     */
    void add(byte[] piece);
  }

  /** The event loop on which this is called. */
  Loop currentLoop() {
    Context context = vertx.getOrCreateContext();
    return new Loop(task -> context.runOnContext(now -> task.run()));
  }

  /**
   * Sends a message, whose arrays are only read.
   *
   * @param answer takes what comes back
   */
  <A extends Answer> Exchange<A> send(Server server, Message message, A answer) {
    Exchange<A> exchange = new Exchange<>(answer);
    client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.valueOf(message.method))
                .setHost(server.host)
                .setPort(server.port)
                .setSsl(server.tls)
                .setURI(message.target))
        .onSuccess(request -> exchange.send(request, message))
        .onFailure(exchange.answered::completeExceptionally);
    return exchange;
  }

  /** Whether a server answers a GET with 200 within a time; never fails. */
  CompletionStage<Boolean> isThere(Server server, String target, Duration patience) {
    return client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(server.host)
                .setPort(server.port)
                .setSsl(server.tls)
                .setURI(target)
                .setTimeout(patience.toMillis()))
        .compose(HttpClientRequest::send)
        .map(response -> response.statusCode() == 200)
        .otherwise(false)
        .toCompletionStage();
  }

  @Override
  public void close() {
    client.close();
  }

  /** A message on its way, and its answer. Confined to the event loop. */
  static final class Exchange<A extends Answer> {
    private final CompletableFuture<A> answered = new CompletableFuture<>();
    private final A answer;
    private @Nullable HttpClientRequest sent;
    private boolean aborted;

    private Exchange(A answer) {
      this.answer = answer;
    }

    /**
     * What came back, whole; fails with {@link BoundedOutput.Exceeded}, an {@link
     * UncheckedIOException} or what the network gave.
     */
    CompletionStage<A> answered() {
      return answered;
    }

    /** Whether the server may have seen anything of it. */
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

    private void send(HttpClientRequest request, Message message) {
      request.response().onSuccess(this::receive).onFailure(answered::completeExceptionally);
      if (aborted) {
        request.reset();
        return;
      }
      sent = request;
      message.headers.forEach((name, value) -> request.headers().add(name, value));
      long length = message.length();
      request.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
      if (length <= PIECE_BYTES) {
        Buffer all = Buffer.buffer((int) length);
        for (byte[] part : message.body) {
          all.appendBytes(part);
        }
        request.end(all);
      } else {
        write(request, message.body, 0, 0);
      }
    }

    /** Piece by piece, as fast as the server reads. */
    private static void write(HttpClientRequest request, List<byte[]> body, int part, int from) {
      int current = part;
      int at = from;
      while (current < body.size() && !request.writeQueueFull()) {
        int length = Math.min(PIECE_BYTES, body.get(current).length - at);
        request.write(Buffer.buffer(length).appendBytes(body.get(current), at, length));
        at += length;
        if (at == body.get(current).length) {
          current++;
          at = 0;
        }
      }
      if (current == body.size()) {
        request.end();
      } else {
        int restPart = current;
        int restAt = at;
        request.drainHandler(now -> write(request, body, restPart, restAt));
      }
    }

    private void receive(HttpClientResponse response) {
      response.exceptionHandler(answered::completeExceptionally);
      String length = response.headers().get(HttpHeaders.CONTENT_LENGTH);
      try {
        answer.begin(
            response.statusCode(), fields(response), length == null ? -1 : Long.parseLong(length));
      } catch (RuntimeException e) {
        fail(e);
        return;
      }
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

    private static Headers fields(HttpClientResponse response) {
      List<String> namesAndValues = new ArrayList<>(2 * response.headers().size());
      for (Map.Entry<String, String> field : response.headers()) {
        namesAndValues.add(field.getKey());
        namesAndValues.add(field.getValue());
      }
      return new Headers(namesAndValues);
    }

    private void fail(Exception error) {
      answered.completeExceptionally(error);
      abort();
    }
  }
}
