package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

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

  /**
   * The call goes nowhere. Who has refused it knows best why; the time to try again is when the
   * first of all has room.
   *
   * @param hadChoice whether a node was left that might have had it
   */
  Refused rejection(RoutedCall call, boolean hadChoice) {
    RoutingTable.Route route = table.find(call.function());
    Set<NodeId> providers = route == null ? Set.of() : route.providers();
    Optional<Refused> foretold = peers.soonestRoom(call.function(), providers);
    Refused last = call.lastRefusal();
    if (last != null) {
      Duration soonest = call.untilRoom();
      return foretold
          .filter(other -> other.retryAfter().compareTo(soonest) < 0)
          .orElse(new Refused(last.reason(), last.by(), last.occupancy(), soonest));
    }
    return hadChoice
        ? refusal(Reason.REJECTED)
        : foretold.orElseGet(() -> refusal(whyNobody(call, providers)));
  }

  private static Reason whyNobody(RoutedCall call, Set<NodeId> providers) {
    return call.isExternal() && !providers.isEmpty() ? Reason.HOP_LIMIT : Reason.NO_PROVIDER;
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
