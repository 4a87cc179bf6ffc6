package edge.starling.verticles.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.config.OpenFaasConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries JSON to the gateway and back, with this node's credentials. What fails does so with a
 * {@link GatewayFault}. Confined to one event loop.
 */
final class GatewayHttpClient {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** For what is only looked at: who takes longer does not answer. */
  private static final Duration LOOKING = Duration.ofSeconds(3);

  private static final int CONNECT_MILLIS = 2_000;
  private static final int MOST_CONNECTIONS = 8;
  private static final int MOST_LOGS = 64;
  private static final int MOST_WAITING = 1_000;

  /** Of an answer: some thousand functions. */
  private static final long MOST_BYTES = 16 << 20;

  private static final int SHOWN_CHARACTERS = 300;
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final HttpClient client;
  private final HttpClient logs;
  private final OpenFaasConfig config;
  private final URI gateway;
  private final @Nullable String authorization;

  /** What it answered, whatever the status. */
  record Answer(int status, Buffer body) {
    boolean isSuccess() {
      return status >= 200 && status < 300;
    }
  }

  /**
   * @param authorization the header field's value; null for none
   */
  GatewayHttpClient(Vertx vertx, OpenFaasConfig config, @Nullable String authorization) {
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS),
            new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS).setMaxWaitQueueSize(MOST_WAITING));
    this.logs =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setKeepAlive(false),
            new PoolOptions().setHttp1MaxSize(MOST_LOGS));
    this.config = config;
    this.gateway = config.gatewayUri();
    this.authorization = authorization;
  }

  /** For an answer that goes on: over a connection of its own. */
  Future<HttpClientRequest> connectForLog(String path) {
    return logs.request(options(HttpMethod.GET, path))
        .recover(error -> Future.failedFuture(silent(error)));
  }

  Future<Answer> send(HttpMethod method, String path, @Nullable Object document) {
    return send(method, path, document, method.equals(HttpMethod.GET) ? LOOKING : PATIENCE);
  }

  Future<Answer> send(
      HttpMethod method, String path, @Nullable Object document, Duration patience) {
    byte[] body;
    try {
      body = document == null ? new byte[0] : JSON.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      return Future.failedFuture(e);
    }
    return client
        .request(options(method, path))
        .compose(request -> answered(request, body))
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .recover(error -> Future.failedFuture(silent(error)));
  }

  private static Future<Answer> answered(HttpClientRequest request, byte[] body) {
    return request
        .send(Buffer.buffer(body))
        .compose(
            response -> {
              Buffer all = Buffer.buffer();
              response.handler(
                  piece -> {
                    all.appendBuffer(piece);
                    if (all.length() > MOST_BYTES) {
                      request.reset();
                    }
                  });
              return response.end().map(end -> new Answer(response.statusCode(), all));
            });
  }

  private RequestOptions options(HttpMethod method, String path) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost(gateway.getHost())
            .setPort(config.gatewayPort())
            .setSsl(config.isGatewayTls())
            .setURI(gateway.getRawPath() + path)
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    return authorization == null
        ? options
        : options.putHeader(HttpHeaders.AUTHORIZATION, authorization);
  }

  Future<Answer> successful(Answer answer) {
    return answer.isSuccess()
        ? Future.succeededFuture(answer)
        : Future.failedFuture(refused(answer));
  }

  <T> Future<T> read(Answer answer, TypeReference<T> type) {
    return successful(answer)
        .compose(
            whole -> {
              try {
                return Future.succeededFuture(JSON.readValue(whole.body.getBytes(), type));
              } catch (IOException e) {
                return Future.failedFuture(
                    GatewayFault.silent("what answers at " + gateway + " is no OpenFaaS gateway"));
              }
            });
  }

  GatewayFault refused(Answer answer) {
    if (answer.status == 401 || answer.status == 403) {
      return new GatewayFault(
          Obstacle.RUNTIME_DOWN,
          "the OpenFaaS gateway at "
              + gateway
              + " refuses this node's credentials (runtimes.openfaas.user and password)");
    }
    String text = answer.body.toString().strip();
    String shown =
        text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "…" : text;
    String told =
        "the OpenFaaS gateway at "
            + gateway
            + " answered "
            + answer.status
            + (shown.isEmpty() ? "" : ": " + shown);
    return answer.status == 502 || answer.status == 503 || answer.status == 504
        ? GatewayFault.silent(told)
        : new GatewayFault(Obstacle.UNFIT, told);
  }

  private GatewayFault silent(Throwable error) {
    return error instanceof GatewayFault fault
        ? fault
        : GatewayFault.silent(
            "the OpenFaaS gateway at "
                + gateway
                + " does not answer: "
                + error.getMessage()
                + (error.getCause() == null ? "" : " (" + error.getCause().getMessage() + ")"));
  }
}
