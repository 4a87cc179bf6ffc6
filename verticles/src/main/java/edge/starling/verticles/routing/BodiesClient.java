package edge.starling.verticles.routing;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodiesMessage.Keep;
import edge.starling.codecs.messages.BodiesMessage.Release;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Request;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Makes requests and answers fit to cross between nodes: large bodies stay here, to be read in
 * pieces. Confined to the router's event loop.
 */
final class BodiesClient {
  /** Long enough for a slow client to read an answer. */
  private static final Duration KEEP_ANSWER = Duration.ofMinutes(2);

  private static final Duration AFTER_DEADLINE = Duration.ofSeconds(1);

  private final Bus bus;
  private final Map<InvocationId, Future<Body>> held = new HashMap<>();

  BodiesClient(Bus bus) {
    this.bus = bus;
  }

  /**
   * The call's request, with a handle in place of a large body, which is kept until {@link
   * #release}. Fails as a request that was not sent.
   */
  Future<Request> portable(RoutedCall call) {
    Bytes bytes = call.request().body().bytes();
    if (bytes == null || bytes.length() <= Body.INLINE_LIMIT) {
      return Future.succeededFuture(call.request());
    }
    return held.computeIfAbsent(call.id(), id -> keep(bytes, call.remaining().plus(AFTER_DEADLINE)))
        .map(body -> call.request().withBody(body))
        .recover(
            error ->
                Future.failedFuture(
                    new BusError(BusError.Code.NOT_WRITTEN, String.valueOf(error.getMessage()))));
  }

  /** The outcome, with a handle in place of a large body. The reader releases it. */
  Future<Outcome> portable(Outcome outcome) {
    if (!(outcome instanceof Completed completed)) {
      return Future.succeededFuture(outcome);
    }
    Bytes bytes = completed.response().body().bytes();
    if (bytes == null || bytes.length() <= Body.INLINE_LIMIT) {
      return Future.succeededFuture(outcome);
    }
    return keep(bytes, KEEP_ANSWER)
        .map(body -> withBody(completed, body))
        .otherwise(error -> tooLargeToKeep(completed, error));
  }

  /** Nobody will read the call's body any more. */
  void release(RoutedCall call) {
    Future<Body> body = held.remove(call.id());
    if (body != null) {
      body.onSuccess(kept -> release(Objects.requireNonNull(kept.handle())));
    }
  }

  private void release(BodyHandle handle) {
    bus.tell(Addresses.RELEASE_BODY, handle.owner(), new Release(handle.key()));
  }

  private Future<Body> keep(Bytes bytes, Duration atMost) {
    return bus.request(Addresses.KEEP_BODY, new Keep(bytes, atMost))
        .compose(
            kept ->
                kept.handle() == null
                    ? Future.failedFuture(
                        new BusError(
                            BusError.Code.NOT_WRITTEN,
                            bus.self().name()
                                + " holds as many bytes as http.bytes-in-flight allows"))
                    : Future.succeededFuture(Body.held(kept.handle())));
  }

  private static Outcome withBody(Completed completed, Body body) {
    return new Completed(
        completed.response().withBody(body),
        completed.servedBy(),
        completed.hops(),
        completed.inQueue(),
        completed.inFunction());
  }

  private Outcome tooLargeToKeep(Completed completed, Throwable error) {
    return new Failed(
        Failure.BODY_LOST,
        "the answer could not be kept: " + error.getMessage(),
        bus.self(),
        completed.hops(),
        completed.inFunction());
  }
}
