package edge.starling.verticles.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import edge.starling.verticles.gateway.GatewayHttpClient.Answer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.parsetools.RecordParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A function's log as it comes. Confined to one event loop. */
final class LogStreamClient {
  private static final int LONGEST_LINE = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Promise<Void> ended = Promise.promise();
  private final Consumer<List<GatewayLine>> told;
  private final List<GatewayLine> lines = new ArrayList<>();
  private final RecordParser parser =
      RecordParser.newDelimited("\n", this::line).maxRecordSize(LONGEST_LINE);
  private @Nullable HttpClientRequest request;
  private boolean closed;

  LogStreamClient(Consumer<List<GatewayLine>> told) {
    this.told = told;
    parser.exceptionHandler(tooLong -> close());
  }

  /** Completes when there is no more; fails where the gateway does not tell it. */
  Future<Void> ended() {
    return ended.future();
  }

  void close() {
    closed = true;
    if (request != null) {
      request.reset();
    }
    ended.tryComplete();
  }

  void fail(Throwable error) {
    ended.tryFail(error);
  }

  void begin(HttpClientRequest to, GatewayHttpClient http) {
    request = to;
    if (closed) {
      to.reset();
      return;
    }
    to.send()
        .compose(
            response -> {
              if (response.statusCode() != 200) {
                return response
                    .body()
                    .compose(
                        body ->
                            Future.<Void>failedFuture(
                                http.refused(new Answer(response.statusCode(), body))));
              }
              response.handler(this::piece);
              return response.end();
            })
        .onComplete(end -> ended.tryComplete(), error -> fail(error));
  }

  private void piece(Buffer piece) {
    parser.handle(piece);
    if (!lines.isEmpty()) {
      told.accept(List.copyOf(lines));
      lines.clear();
    }
  }

  private void line(Buffer json) {
    try {
      lines.add(JSON.readValue(json.getBytes(), GatewayLine.class));
    } catch (IOException e) {
      // some gateways keep the connection alive with empty lines
    }
  }
}
