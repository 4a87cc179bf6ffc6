package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import java.time.Duration;

/** The outcomes that the router itself has to tell. Confined to its event loop. */
final class OwnOutcomes {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final NodeId self;
  private final RoutingTable table;
  private final Peers peers;

  OwnOutcomes(NodeId self, RoutingTable table, Peers peers) {
    this.self = self;
    this.table = table;
    this.peers = peers;
  }

  /** No node is left that may have the call; when one has refused, it knows better why. */
  Refused rejection(RoutedCall call) {
    Refused last = call.lastRefusal();
    if (last != null) {
      return last;
    }
    RoutingTable.Route route = table.find(call.function());
    boolean provided = route != null && !route.providers().isEmpty();
    return refusal(provided && call.isExternal() ? Reason.HOP_LIMIT : Reason.NO_PROVIDER);
  }

  Refused refusal(Reason reason) {
    return new Refused(reason, self, peers.occupancy(self), RETRY_AFTER);
  }

  Failed unknown(RoutedCall call) {
    return failed(
        Failure.UNKNOWN_FUNCTION, "there is no function " + call.function().shortest(), call);
  }

  Failed timeIsOver(RoutedCall call) {
    return failed(Failure.DEADLINE, "the call's time is over", call);
  }

  /** The node stops: what has not started, or may run twice, may still run elsewhere. */
  Outcome brokenOff(RoutedCall call) {
    return call.inFlight().stream().allMatch(call::mayRunAgainAfter)
        ? refusal(Reason.DRAINING)
        : failed(Failure.PROVIDER_LOST, self.name() + " stops in the middle of the call", call);
  }

  Failed failed(Failure failure, String detail, RoutedCall call) {
    return new Failed(failure, detail, self, call.hops(), Duration.ZERO);
  }
}
