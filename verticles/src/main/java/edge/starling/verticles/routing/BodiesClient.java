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
  /** A client that takes nothing for so long is no longer waited for. */
  private static final Duration UNREAD_FOR = Duration.ofMinutes(2);

  private static final Duration AFTER_DEADLINE = Duration.ofSeconds(1);

  /** A reader that has not begun so long after the call's time has not got the answer. */
  private static final Duration TO_BEGIN_AFTER_DEADLINE = Duration.ofSeconds(10);

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
    return held.computeIfAbsent(
            call.id(),
            id -> {
              Duration needed = call.remaining().plus(AFTER_DEADLINE);
              return keep(new Keep(bytes, needed, needed, null, true));
            })
        .map(body -> call.request().withBody(body))
        .recover(
            error ->
                Future.failedFuture(
                    new BusError(BusError.Code.NOT_WRITTEN, String.valueOf(error.getMessage()))));
  }

  /**
   * The call's outcome, with a handle in place of a large body. The sender reads and releases it,
   * unless it is gone, or has given the call up, or the outcome gets lost.
   */
  Future<Outcome> portable(Outcome outcome, RoutedCall call) {
    if (!(outcome instanceof Completed completed)) {
      return Future.succeededFuture(outcome);
    }
    Bytes bytes = completed.response().body().bytes();
    if (bytes == null || bytes.length() <= Body.INLINE_LIMIT) {
      return Future.succeededFuture(outcome);
    }
    Duration toBegin = call.remaining().plus(TO_BEGIN_AFTER_DEADLINE);
    return keep(new Keep(bytes, toBegin, UNREAD_FOR, call.sender(), false))
        .map(body -> withBody(completed, body));
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

  private Future<Body> keep(Keep body) {
    return bus.request(Addresses.KEEP_BODY, body)
        .map(kept -> Body.held(Objects.requireNonNull(kept.handle())));
  }

  private static Outcome withBody(Completed completed, Body body) {
    return new Completed(
        completed.response().withBody(body),
        completed.servedBy(),
        completed.hops(),
        completed.inQueue(),
        completed.inFunction());
  }
}
