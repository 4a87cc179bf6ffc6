package edge.starling.verticles.routing;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.InvokerMessage.CancelInvocation;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.RoutingMessage.Cancel;
import edge.starling.codecs.messages.RoutingMessage.Claim;
import edge.starling.codecs.messages.RoutingMessage.ClaimAnswer;
import edge.starling.codecs.messages.RoutingMessage.Queued;
import edge.starling.codecs.messages.RoutingMessage.Route;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a call to the node that it was given to, calls it off there, and speaks of it with the peer
 * that sent it. Confined to the router's event loop.
 */
final class CallClient {
  /** An answer may be on its way when a call's time is over. */
  private static final Duration GRACE = Duration.ofMillis(250);

  private final Bus bus;
  private final BodiesClient bodies;
  private final Counter forwarded;

  CallClient(Bus bus, BodiesClient bodies, Counter forwarded) {
    this.bus = bus;
    this.bodies = bodies;
    this.forwarded = forwarded;
  }

  /** Has the call served by the invoker here, or by a peer's router. */
  Future<Outcome> send(RoutedCall call, NodeId node) {
    return node.equals(bus.self()) ? runHere(call) : forward(call, node);
  }

  /** What has not started at the node does not start. */
  void cancel(RoutedCall call, NodeId node) {
    if (node.equals(bus.self())) {
      bus.tell(Addresses.CANCEL_INVOCATION, node, new CancelInvocation(call.id()));
    } else {
      bus.tell(Addresses.CANCEL, node, new Cancel(call.id()));
    }
  }

  /** Tells the sender that the call waits: from now on it may let it run elsewhere. */
  void tellQueued(RoutedCall call) {
    bus.tell(Addresses.QUEUED, call.sender(), new Queued(call.id(), bus.self()));
  }

  /** Asks the sender whether the call is still wanted here; a silent one does not want it. */
  Future<Boolean> claim(RoutedCall call) {
    return bus.request(Addresses.CLAIM, call.sender(), new Claim(call.id(), bus.self()))
        .map(ClaimAnswer::granted)
        .otherwise(false);
  }

  private Future<Outcome> runHere(RoutedCall call) {
    Duration remaining = call.remaining();
    return bus.request(
        Addresses.INVOKE,
        bus.self(),
        new Invoke(call.id(), call.function(), call.request(), remaining, call.route().visited()),
        remaining.plus(GRACE));
  }

  private Future<Outcome> forward(RoutedCall call, NodeId node) {
    forwarded.increment();
    return bodies.portable(call).compose(request -> forward(call, request, node));
  }

  private Future<Outcome> forward(RoutedCall call, Request request, NodeId node) {
    if (call.hasEnded()) {
      return Future.failedFuture(new BusError(BusError.Code.NOT_WRITTEN, "the call has ended"));
    }
    Duration remaining = call.remaining();
    return bus.request(
        Addresses.ROUTE,
        node,
        new Route(call.id(), call.function(), request, remaining, pathOf(call)),
        remaining.plus(GRACE));
  }

  private List<NodeId> pathOf(RoutedCall call) {
    List<NodeId> path = new ArrayList<>(call.route().visited());
    path.add(bus.self());
    return path;
  }
}
