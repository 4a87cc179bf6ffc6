package edge.starling.verticles.ingress;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.NodeId;
import edge.starling.verticles.ingress.HttpMetrics.RouteTimers;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer. It counts the bytes that are held for it, measures it, and notices
 * when the client goes away. Confined to the event loop of its connection.
 */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final CharSequence CALL_ID = HttpHeaders.createOptimized("X-Call-Id");
  private static final CharSequence SERVED_BY = HttpHeaders.createOptimized("X-Served-By");
  private static final CharSequence HOPS = HttpHeaders.createOptimized("X-Hops");
  private static final CharSequence DURATION = HttpHeaders.createOptimized("X-Duration-Seconds");
  private static final CharSequence START_TIME = HttpHeaders.createOptimized("X-Start-Time");
  private static final CharSequence PROBLEM =
      HttpHeaders.createOptimized("application/problem+json");
  private static final CharSequence PLAIN_TEXT =
      HttpHeaders.createOptimized("text/plain; charset=utf-8");
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence CLOSE = HttpHeaders.createOptimized("close");
  private static final String NO_TIME = CallTime.seconds(Duration.ZERO);

  private final Vertx vertx;
  private final Site site;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final ClientConnection connection;
  private final InvocationId id = InvocationId.random();
  private final long startedNanos = System.nanoTime();
  private final String startTime;
  private RouteTimers timers;
  private final BytesInFlight.Share held;
  private @Nullable Runnable onHangUp;
  private Runnable whenOver = () -> {};
  private boolean over;
  private boolean plain;

  Exchange(
      Vertx vertx,
      Site site,
      HttpServerRequest request,
      ClientConnection connection,
      RouteTimers timers) {
    this.vertx = vertx;
    this.site = site;
    this.request = request;
    this.response = request.response();
    this.connection = connection;
    this.timers = timers;
    this.held = site.bytes().open();
    Instant now = site.clock().instant();
    this.startTime = Long.toString(now.getEpochSecond() * 1_000_000_000L + now.getNano());
    connection.receives(this, startedNanos);
    response.closeHandler(closed -> hungUp());
  }

  HttpServerRequest request() {
    return request;
  }

  HttpServerResponse response() {
    return response;
  }

  InvocationId id() {
    return id;
  }

  /** Nanoseconds since the epoch. */
  String startTime() {
    return startTime;
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  boolean isHead() {
    return HttpMethod.HEAD.equals(request.method());
  }

  /** Answered, or given up by the client: nothing may be written any more. */
  boolean isOver() {
    return over;
  }

  /** For clients of OpenFaaS, which show what went wrong as it is: problems are bare text. */
  void speakPlainly() {
    plain = true;
  }

  void measuredAs(RouteTimers route) {
    timers = route;
  }

  /** The whole request is there; the client waits for the node. */
  void serves() {
    connection.serves();
  }

  /** To be run if the client goes away before it has its answer; replaces the one before. */
  void onHangUp(Runnable action) {
    onHangUp = action;
  }

  void forgetHangUp() {
    onHangUp = null;
  }

  /** To be run once when the exchange is over, however it ends. */
  void whenOver(Runnable action) {
    whenOver = action;
  }

  /** The client has to take what it has got before the node goes on. */
  void waitsForClient() {
    connection.answers(System.nanoTime());
  }

  /** Counts bytes of the request's body; they are released when the exchange is over. */
  boolean tryHold(long bytes) {
    return held.tryAdd(bytes);
  }

  /** Counts bytes of the answer. */
  void hold(long bytes) {
    held.add(bytes);
  }

  /** The head of an answer that no function gave. */
  void head(int status) {
    head(status, site.self(), 0, NO_TIME);
  }

  /** The head of an answer about a call. */
  void head(int status, NodeId servedBy, int hops, Duration inFunction) {
    head(status, servedBy, hops, CallTime.seconds(inFunction));
  }

  private void head(int status, NodeId servedBy, int hops, String inFunction) {
    connection.answers(System.nanoTime());
    response.setStatusCode(status);
    response
        .headers()
        .set(CALL_ID, id.value())
        .set(SERVED_BY, servedBy.name())
        .set(HOPS, Integer.toString(hops))
        .set(DURATION, inFunction)
        .set(START_TIME, startTime);
  }

  void json(int status, Object value) {
    if (!over) {
      head(status);
      response.headers().set(HttpHeaders.CONTENT_TYPE, JSON);
      end(Buffer.buffer(Json.bytes(value)));
    }
  }

  /** JSON for clients of OpenFaaS. */
  void openFaas(int status, Object value) {
    text(status, "application/json", Json.asNamed(value));
  }

  void text(int status, String contentType, byte[] body) {
    if (!over) {
      head(status);
      response.headers().set(HttpHeaders.CONTENT_TYPE, contentType);
      end(Buffer.buffer(body));
    }
  }

  void empty(int status) {
    if (!over) {
      head(status);
      end(Buffer.buffer());
    }
  }

  void problem(Problem problem) {
    problem(problem, site.self(), 0, Duration.ZERO);
  }

  /** Answers with a problem; where an answer has begun already, only breaking it off is left. */
  void problem(Problem problem, NodeId servedBy, int hops, Duration inFunction) {
    if (over) {
      return;
    }
    if (response.headWritten()) {
      breakOff();
      return;
    }
    site.metrics().problem(problem.type());
    head(problem.status(), servedBy, hops, inFunction);
    response.headers().set(HttpHeaders.CONTENT_TYPE, plain ? PLAIN_TEXT : PROBLEM);
    Duration retryAfter = problem.retryAfter();
    if (retryAfter != null) {
      response.headers().set(HttpHeaders.RETRY_AFTER, CallTime.retryAfter(retryAfter));
    }
    boolean closing = Closing.isCheaperThanReading(request);
    if (closing || request.decoderResult().isFailure()) {
      response.headers().set(HttpHeaders.CONNECTION, CLOSE);
    }
    end(plain ? Buffer.buffer(problem.detail()) : Buffer.buffer(problem.document(id.value())));
    if (closing) {
      Closing.discardAndClose(vertx, request);
    }
  }

  /** The rest of the request cannot be read: the answer is a problem, and nothing of it stays. */
  void refuseBody(Problem problem) {
    Runnable action = onHangUp;
    onHangUp = null;
    problem(problem);
    if (action != null) {
      action.run();
    }
  }

  /** Runs a step of the exchange: whatever it throws becomes the answer. */
  void attempt(Runnable step) {
    try {
      step.run();
    } catch (Unacceptable e) {
      problem(e.problem());
    } catch (RuntimeException e) {
      LOG.error("call {} failed", id, e);
      problem(Problem.of(e));
    }
  }

  void fail(Throwable fault) {
    if (!(fault instanceof Unacceptable)) {
      LOG.warn("call {} has no answer: {}", id, fault.toString());
    }
    problem(Problem.of(fault));
  }

  void end(Buffer body) {
    int status = response.getStatusCode();
    over = true;
    timers.record(status, System.nanoTime() - startedNanos);
    boolean closing = Closing.isAskedFor(request);
    if (closing && !response.headWritten()) {
      response.headers().set(HttpHeaders.CONNECTION, CLOSE);
    }
    if (held.isEmpty() && !closing) {
      response.end(body);
    } else {
      response.end(body).onComplete(written -> ended(closing));
    }
    connection.ends(System.nanoTime());
    whenOver.run();
  }

  /** Closes the connection, so that the client sees that the answer is not whole. */
  void breakOff() {
    response.reset();
    hungUp();
  }

  private void hungUp() {
    if (!over) {
      over = true;
      timers.record(499, System.nanoTime() - startedNanos);
      held.release();
      Runnable action = onHangUp;
      if (action != null) {
        action.run();
      }
      whenOver.run();
    }
  }

  private void ended(boolean closing) {
    held.release();
    if (closing) {
      request.connection().close();
    }
  }
}
