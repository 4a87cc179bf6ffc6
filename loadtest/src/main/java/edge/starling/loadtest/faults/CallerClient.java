package edge.starling.loadtest.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edge.starling.loadtest.faults.CallEnding.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes calls over kept connections, never the same one twice, and tells exactly what came of them.
 * Thread-safe.
 */
final class CallerClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CONNECT_MILLIS = 2_000;
  private static final int MOST_CONNECTIONS = 64;
  private static final String PROBLEM = "application/problem+json";

  private final Vertx vertx;
  private final HttpClient http;
  private final Duration deadline;
  private final Duration patience;

  /**
   * @param deadline that the calls carry
   * @param patience for an answer
   */
  CallerClient(Vertx vertx, Duration deadline, Duration patience) {
    this.vertx = vertx;
    this.deadline = deadline;
    this.patience = patience;
    http =
        vertx
            .httpClientBuilder()
            .with(new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS))
            .with(new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS))
            // what breaks a connection that has a call is that call's ending; else nobody minds
            .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
            .build();
  }

  /** Fails never: all that can happen is an ending. */
  Future<CallRecord> call(CallPlan plan, URI url) {
    long sentAt = System.nanoTime();
    return connect(options(plan, url))
        .compose(
            request -> exchange(plan, request),
            refused ->
                Future.succeededFuture(
                    CallEnding.without(Kind.NOT_CONNECTED, String.valueOf(refused.getMessage()))))
        .map(ending -> new CallRecord(plan, sentAt, System.nanoTime(), ending));
  }

  private Future<HttpClientRequest> connect(RequestOptions options) {
    try {
      return http.request(options);
    } catch (IllegalStateException closed) {
      return Future.failedFuture(closed); // the run was broken off
    }
  }

  private RequestOptions options(CallPlan plan, URI url) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(plan.method()))
            .setAbsoluteURI(url.toString())
            .putHeader(Witness.CALL, plan.id())
            .putHeader("X-Timeout", deadline.toMillis() + "ms");
    if (plan.workMillis() > 0) {
      options.putHeader(Witness.WORK, String.valueOf(plan.workMillis() / 1e3));
    }
    if (plan.keyed()) {
      options.putHeader("Idempotency-Key", plan.id());
    }
    return options;
  }

  private Future<CallEnding> exchange(CallPlan plan, HttpClientRequest request) {
    Future<HttpClientResponse> answered =
        plan.method().equals("GET") ? request.send() : request.send(Buffer.buffer(body(plan)));
    return answered
        .compose(answer -> answer.body().map(bytes -> ending(plan, answer, bytes.getBytes())))
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .recover(
            error -> {
              boolean silence = error instanceof TimeoutException;
              request.reset();
              String detail = String.valueOf(error.getMessage());
              return Future.succeededFuture(
                  CallEnding.without(silence ? Kind.SILENCE : Kind.BROKEN_OFF, detail));
            });
  }

  private static CallEnding ending(CallPlan plan, HttpClientResponse answer, byte[] body) {
    boolean told = PROBLEM.equals(answer.getHeader("Content-Type"));
    JsonNode problem = told ? json(body) : JSON.createObjectNode();
    String type = problem.path("type").asText();
    int version = version(plan, body);
    return new CallEnding(
        Kind.ANSWERED,
        answer.statusCode(),
        type.substring(type.lastIndexOf(':') + 1),
        problem.path("started").asText().equals("unknown"),
        answer.getHeader("Retry-After") != null,
        String.valueOf(answer.getHeader("X-Served-By")),
        version,
        version > 0 && isEcho(plan, version, body),
        problem.path("detail").asText());
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }

  /** 0 if it is no answer to this call. */
  private static int version(CallPlan plan, byte[] body) {
    String start = new String(body, 0, Math.min(body.length, 100), StandardCharsets.UTF_8);
    int lineEnd = start.indexOf('\n');
    String[] words = lineEnd < 0 ? new String[0] : start.substring(0, lineEnd).split(" ", -1);
    return words.length == 2 && words[0].equals(plan.id()) && words[1].matches("\\d{1,8}")
        ? Integer.parseInt(words[1])
        : 0;
  }

  private static boolean isEcho(CallPlan plan, int version, byte[] body) {
    int head = Witness.firstLine(plan.id(), version).length() + 1;
    byte[] sent = plan.method().equals("GET") ? new byte[0] : body(plan);
    return Arrays.equals(body, head, body.length, sent, 0, sent.length);
  }

  /** Differs from call to call, so that no other call's body passes for it. */
  private static byte[] body(CallPlan plan) {
    byte[] body = new byte[plan.bodyBytes()];
    int seed = plan.id().hashCode();
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (seed >>> (i % 4 * 8) ^ i);
    }
    return body;
  }

  @Override
  public void close() {
    try {
      var unused = vertx.close().await(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      System.err.println("the callers' connections stay open: " + e);
    }
  }
}
