package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * Serves up to its capacity here and splits the excess over the peers that have slack, by their
 * weights, so that the shares hold in every second and not only on average. This node's own
 * admission says when its capacity is used up. Where no peer has slack, the call waits here if it
 * may, and else the least loaded peer is tried once.
 *
 * <p>With a weight that is the slack this is the forwarding of DFaaS: {@code w_j = s_ij /
 * sum(s_ij)} over the slack that is told by the peers ({@link View#slack}); with equal weights it
 * is its equal strategy.
 */
final class ExcessSplit implements SchedulingPolicy {
  private static final Comparator<NodeId> BY_NAME = Split.BY_NAME;

  private final DoubleUnaryOperator weightOfSlack;
  private final PerFunction<WeightedRoundRobin<NodeId>> turns =
      new PerFunction<>(() -> new WeightedRoundRobin<>(BY_NAME));

  /**
   * @param weightOfSlack the weight of a peer by its slack, which is above 0
   */
  private ExcessSplit(DoubleUnaryOperator weightOfSlack) {
    this.weightOfSlack = weightOfSlack;
  }

  /** In proportion to the slack. */
  static ExcessSplit bySlack() {
    return new ExcessSplit(slack -> slack);
  }

  /** To all that have any. */
  static ExcessSplit equally() {
    return new ExcessSplit(slack -> 1);
  }

  @Override
  public Decision decide(Call call, View view) {
    boolean mayRunHere = view.isCandidate(view.self(), call);
    if (mayRunHere && view.hasFreeSlotHere()) {
      return Decision.HERE;
    }
    List<NodeId> peers = peers(call, view);
    Optional<NodeId> next =
        turns.of(call.function()).next(peers, peer -> weight(view.slack(peer, call)));
    if (next.isPresent()) {
      return new Decision.Forward(List.of(next.get()));
    }
    if (mayRunHere) {
      return Decision.HERE;
    }
    return peers.isEmpty() || hasTriedPeer(call, view)
        ? Decision.REJECT
        : new Decision.Forward(List.of(leastLoaded(peers, view)));
  }

  private double weight(double slack) {
    return slack > 0 ? weightOfSlack.applyAsDouble(slack) : 0;
  }

  private static List<NodeId> peers(Call call, View view) {
    List<NodeId> candidates = view.candidates(call);
    candidates.remove(view.self());
    return candidates;
  }

  private static boolean hasTriedPeer(Call call, View view) {
    return call.tried().stream().anyMatch(node -> !node.equals(view.self()));
  }

  private static NodeId leastLoaded(List<NodeId> peers, View view) {
    Comparator<NodeId> byLoad = Comparator.comparingDouble(peer -> load(view.occupancy(peer)));
    return peers.stream()
        .min(byLoad.thenComparing(view::inProgress).thenComparing(BY_NAME))
        .orElseThrow();
  }

  private static double load(Occupancy occupancy) {
    return (double) (occupancy.running() + occupancy.queued()) / occupancy.slots();
  }
}
