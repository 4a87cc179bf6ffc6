package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The router's state as policies see it. Confined to the router's event loop. */
final class LiveView implements View {
  private final NodeId self;
  private final RoutingTable table;
  private final Peers peers;
  private final CallsInProgress<NodeId> inProgress;
  private int hopLimit;
  private int slots;
  private boolean runsNothing;

  LiveView(NodeId self, RoutingTable table, Peers peers, CallsInProgress<NodeId> inProgress) {
    this.self = self;
    this.table = table;
    this.peers = peers;
    this.inProgress = inProgress;
  }

  /** Whether nothing new runs here. */
  void setRunsNothing(boolean nothing) {
    runsNothing = nothing;
  }

  void setLimits(int hops, int slotsHere) {
    hopLimit = hops;
    slots = slotsHere;
  }

  @Override
  public NodeId self() {
    return self;
  }

  @Override
  public List<NodeId> candidates(Call call) {
    List<NodeId> candidates = new ArrayList<>();
    for (NodeId node : providers(call)) {
      if (mayGet(node, call)) {
        candidates.add(node);
      }
    }
    return candidates;
  }

  @Override
  public boolean isCandidate(NodeId node, Call call) {
    return providers(call).contains(node) && mayGet(node, call);
  }

  @Override
  public Optional<NodeId> leastInProgress(Call call) {
    return inProgress.fewest(providers(call), node -> mayGet(node, call));
  }

  @Override
  public int inProgress(NodeId node) {
    return inProgress.at(node);
  }

  @Override
  public Occupancy occupancy(NodeId node) {
    return peers.occupancy(node);
  }

  @Override
  public double slack(NodeId node, Call call) {
    RoutingTable.Route route = table.find(call.function());
    return peers.slack(node, self, call.function(), route == null ? null : route.capacity());
  }

  @Override
  public Duration roundTrip(NodeId node) {
    return node.equals(self) ? Duration.ZERO : peers.roundTrip(node);
  }

  @Override
  public boolean hasFreeSlotHere() {
    return inProgress.at(self) < slots;
  }

  private Set<NodeId> providers(Call call) {
    RoutingTable.Route route = table.find(call.function());
    return route == null ? Set.of() : route.providers();
  }

  private boolean mayGet(NodeId node, Call call) {
    if (((RoutedCall) call).hasVisited(node)) {
      return false;
    }
    return node.equals(self)
        ? !runsNothing
        : call.hops() < hopLimit
            && peers.mayBeChosen(node)
            && !peers.hasNoRoomYet(node, call.function());
  }
}
