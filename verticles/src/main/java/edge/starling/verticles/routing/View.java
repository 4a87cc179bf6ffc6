package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import java.util.List;
import java.util.Optional;

/**
 * What this node knows right now: a live, read-only view; only {@link #candidates} copies. Valid
 * while the policy decides.
 */
public interface View {
  NodeId self();

  /**
   * The nodes that may get the call: live providers that are neither suspect nor leaving, that have
   * neither had the call nor refused it, and that the hop limit allows. In no special order.
   */
  List<NodeId> candidates(Call call);

  /** Whether {@link #candidates} has the node; O(1). */
  boolean isCandidate(NodeId node, Call call);

  /**
   * The candidate with the fewest calls in progress from this node; of several the one that has
   * been so for longest. O(1) where the front one may get the call, at worst the smaller of the
   * numbers of nodes and of providers.
   */
  Optional<NodeId> leastInProgress(Call call);

  /** Calls that this node has sent to that one, or runs itself, and that have not ended. */
  int inProgress(NodeId node);

  /** What that node last told of itself. */
  Occupancy occupancy(NodeId node);

  /** Whether a call would start at once on this node. */
  boolean hasFreeSlotHere();
}
