package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The router's state as policies see it. Confined to the router's event loop. */
final class LiveView implements View {
  private final NodeId self;
  private final int hopLimit;
  private final int slots;
  private final RoutingTable table;
  private final Peers peers;
  private final CallsInProgress<NodeId> inProgress;
  private boolean runsNothing;

  LiveView(
      NodeId self,
      int hopLimit,
      int slots,
      RoutingTable table,
      Peers peers,
      CallsInProgress<NodeId> inProgress) {
    this.self = self;
    this.hopLimit = hopLimit;
    this.slots = slots;
    this.table = table;
    this.peers = peers;
    this.inProgress = inProgress;
  }

  /** Whether nothing new runs here. */
  void setRunsNothing(boolean nothing) {
    runsNothing = nothing;
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
    return node.equals(self) ? !runsNothing : call.hops() < hopLimit && peers.mayBeChosen(node);
  }
}
