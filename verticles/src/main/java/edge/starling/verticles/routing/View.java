package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import java.time.Duration;
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
   * neither had the call nor refused it, that have not said that they have no room until later, and
   * that the hop limit allows. In no special order; the list is the caller's.
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

  /**
   * The room for calls of this function that this node may count on there, by what that node last
   * told: {@code s_ij = max(0, r_max_j - r_loc_j - sum over k != i of r_in_jk)} for a rate, free
   * slots else. 0 where it is overloaded or has not told.
   */
  double slack(NodeId node, Call call);

  /** The way there and back on the bus, smoothed; 0 to this node, for ever while unknown. */
  Duration roundTrip(NodeId node);

  /** Whether a call would start at once on this node. */
  boolean hasFreeSlotHere();
}
