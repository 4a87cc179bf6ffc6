package edge.starling.verticles.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.parsetools.RecordParser;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Speaks the management API of an OpenFaaS gateway. Every method fails with a {@link GatewayFault}
 * where the gateway does not answer or does not do it. Confined to one event loop.
 */
final class GatewayClient {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CONNECT_MILLIS = 2_000;
  private static final int MOST_CONNECTIONS = 8;
  private static final int MOST_LOGS = 64;
  private static final int MOST_WAITING = 1_000;

  /** Of an answer: some thousand functions. */
  private static final long MOST_BYTES = 16 << 20;

  /** That are told before those that follow. */
  private static final int LAST_LINES = 500;

  private static final int LONGEST_LINE = 1 << 20;
  private static final int SHOWN_CHARACTERS = 300;
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final HttpClient client;
  private final HttpClient logs;
  private final URI gateway;
  private final @Nullable String authorization;
  private final Duration deploymentPatience;

  private record Answer(int status, Buffer body) {
    boolean isSuccess() {
      return status >= 200 && status < 300;
    }
  }

  /**
   * @param authorization the header field's value; null for none
   * @param deploymentPatience for what may have the gateway fetch an image first
   */
  GatewayClient(
      Vertx vertx, URI gateway, @Nullable String authorization, Duration deploymentPatience) {
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS),
            new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS).setMaxWaitQueueSize(MOST_WAITING));
    this.logs =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setKeepAlive(false),
            new PoolOptions().setHttp1MaxSize(MOST_LOGS));
    this.gateway = gateway;
    this.authorization = authorization;
    this.deploymentPatience = deploymentPatience;
  }

  /** All functions of all namespaces. */
  Future<List<GatewayFunction>> list() {
    return namespaces()
        .compose(
            namespaces -> {
              List<Future<List<GatewayFunction>>> lists =
                  namespaces.stream().map(this::list).toList();
              return Future.all(lists)
                  .map(all -> lists.stream().flatMap(list -> list.result().stream()).toList());
            });
  }

  Future<Optional<GatewayFunction>> status(FunctionName function) {
    return send(HttpMethod.GET, "/system/function/" + function.name() + inNamespace(function), null)
        .compose(
            answer ->
                answer.status == 404
                    ? Future.succeededFuture(Optional.empty())
                    : read(answer, new TypeReference<GatewayFunction>() {}).map(Optional::of));
  }

  /** A new function. */
  Future<Void> deploy(Description description, String image) {
    return change(
        HttpMethod.POST, "/system/functions", GatewayDeployment.of(description, image), true);
  }

  /** Another version of one that it has. */
  Future<Void> update(Description description, String image) {
    return change(
        HttpMethod.PUT, "/system/functions", GatewayDeployment.of(description, image), true);
  }

  /** Harmless where it has none. */
  Future<Void> remove(FunctionName function) {
    return send(HttpMethod.DELETE, "/system/functions", named("functionName", function, Map.of()))
        .compose(
            answer -> answer.status == 404 ? Future.succeededFuture(answer) : successful(answer))
        .mapEmpty();
  }

  Future<Void> scale(FunctionName function, int replicas) {
    return change(
        HttpMethod.POST,
        "/system/scale-function/" + function.name() + inNamespace(function),
        named("serviceName", function, Map.of("replicas", replicas)),
        false);
  }

  /** In place of any secret of that name. */
  Future<Void> putSecret(FunctionName reader, String name, Bytes value) {
    Map<String, Object> secret = new HashMap<>();
    secret.put("name", name);
    if (isText(value.array())) {
      secret.put("value", value.utf8());
    } else {
      secret.put("rawValue", value.array());
    }
    String namespace = GatewayDeployment.namespace(reader);
    if (namespace != null) {
      secret.put("namespace", namespace);
    }
    return change(HttpMethod.POST, "/system/secrets", secret, false)
        .recover(taken -> change(HttpMethod.PUT, "/system/secrets", secret, false));
  }

  /**
   * Follows a function's log.
   *
   * @param since only lines after that; null for some of the last ones, and those that follow
   * @param told told several lines at once, never none
   */
  LogStream follow(
      FunctionName function, @Nullable String since, Consumer<List<GatewayLine>> told) {
    String namespace = GatewayDeployment.namespace(function);
    String path =
        "/system/logs?follow=true&name="
            + function.name()
            + (namespace == null ? "" : "&namespace=" + namespace)
            + "&tail="
            + LAST_LINES
            + (since == null ? "" : "&since=" + URLEncoder.encode(since, StandardCharsets.UTF_8));
    LogStream stream = new LogStream(told);
    logs.request(options(HttpMethod.GET, path))
        .onSuccess(stream::begin)
        .onFailure(error -> stream.ended.tryFail(silent(error)));
    return stream;
  }

  /** A function's log as it comes. Confined to one event loop. */
  final class LogStream {
    private final Promise<Void> ended = Promise.promise();
    private final Consumer<List<GatewayLine>> told;
    private final List<GatewayLine> lines = new ArrayList<>();
    private final RecordParser parser =
        RecordParser.newDelimited("\n", this::line).maxRecordSize(LONGEST_LINE);
    private @Nullable HttpClientRequest request;
    private boolean closed;

    private LogStream(Consumer<List<GatewayLine>> told) {
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

    private void begin(HttpClientRequest to) {
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
                                  refused(new Answer(response.statusCode(), body))));
                }
                response.handler(this::piece);
                return response.end();
              })
          .onComplete(end -> ended.tryComplete(), error -> ended.tryFail(silent(error)));
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

  private Future<List<String>> namespaces() {
    return send(HttpMethod.GET, "/system/namespaces", null)
        .compose(
            answer ->
                // not every gateway has them
                answer.status == 404 || answer.status == 501
                    ? Future.succeededFuture(List.<String>of())
                    : read(answer, new TypeReference<List<String>>() {}))
        .map(
            found -> {
              List<String> all = new ArrayList<>(found);
              if (all.isEmpty()) {
                all.add(FunctionName.DEFAULT_NAMESPACE);
              }
              return all;
            });
  }

  private Future<List<GatewayFunction>> list(String namespace) {
    String path =
        namespace.equals(FunctionName.DEFAULT_NAMESPACE)
            ? "/system/functions"
            : "/system/functions?namespace=" + namespace;
    return send(HttpMethod.GET, path, null)
        .compose(answer -> read(answer, new TypeReference<List<GatewayFunction>>() {}));
  }

  private Future<Void> change(HttpMethod method, String path, Object document, boolean deploys) {
    return send(method, path, document, deploys ? deploymentPatience : PATIENCE)
        .compose(this::successful)
        .mapEmpty();
  }

  private Future<Answer> send(HttpMethod method, String path, @Nullable Object document) {
    return send(method, path, document, PATIENCE);
  }

  private Future<Answer> send(
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
    boolean tls = gateway.getScheme().equals("https");
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost(gateway.getHost())
            .setPort(gateway.getPort() >= 0 ? gateway.getPort() : tls ? 443 : 80)
            .setSsl(tls)
            .setURI(gateway.getRawPath() + path)
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    return authorization == null
        ? options
        : options.putHeader(HttpHeaders.AUTHORIZATION, authorization);
  }

  private Future<Answer> successful(Answer answer) {
    return answer.isSuccess()
        ? Future.succeededFuture(answer)
        : Future.failedFuture(refused(answer));
  }

  private <T> Future<T> read(Answer answer, TypeReference<T> type) {
    return successful(answer)
        .compose(
            whole -> {
              try {
                return Future.succeededFuture(JSON.readValue(whole.body.getBytes(), type));
              } catch (IOException e) {
                return Future.failedFuture(
                    new GatewayFault(
                        Obstacle.RUNTIME_DOWN,
                        "what answers at " + gateway + " is no OpenFaaS gateway"));
              }
            });
  }

  private GatewayFault refused(Answer answer) {
    if (answer.status == 401 || answer.status == 403) {
      return new GatewayFault(
          Obstacle.UNFIT,
          "the OpenFaaS gateway at "
              + gateway
              + " refuses this node's credentials (runtimes.openfaas.user and password)");
    }
    String text = answer.body.toString().strip();
    String shown =
        text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "…" : text;
    return new GatewayFault(
        answer.status == 502 || answer.status == 503 || answer.status == 504
            ? Obstacle.RUNTIME_DOWN
            : Obstacle.UNFIT,
        "the OpenFaaS gateway at "
            + gateway
            + " answered "
            + answer.status
            + (shown.isEmpty() ? "" : ": " + shown));
  }

  private GatewayFault silent(Throwable error) {
    return error instanceof GatewayFault fault
        ? fault
        : new GatewayFault(
            Obstacle.RUNTIME_DOWN,
            "the OpenFaaS gateway at "
                + gateway
                + " does not answer: "
                + error.getMessage()
                + (error.getCause() == null ? "" : " (" + error.getCause().getMessage() + ")"));
  }

  private static Map<String, Object> named(
      String key, FunctionName function, Map<String, Object> more) {
    Map<String, Object> document = new HashMap<>(more);
    document.put(key, function.name());
    String namespace = GatewayDeployment.namespace(function);
    if (namespace != null) {
      document.put("namespace", namespace);
    }
    return document;
  }

  private static boolean isText(byte[] value) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static String inNamespace(FunctionName function) {
    String namespace = GatewayDeployment.namespace(function);
    return namespace == null ? "" : "?namespace=" + namespace;
  }
}
