package edge.starling.verticles.routing;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Takes turns in proportion to weights, and evenly so: of any few turns in a row each node has its
 * share to within one. In each turn every node gains its share of all weights, and the one that has
 * gained most has the turn and pays one ("smooth weighted round robin", nginx 1.3.1, 2012). Equal
 * nodes take turns in their order.
 *
 * <p>Weights may be others in each turn; only shares are remembered, so what was gained under large
 * weights does not outweigh small ones later. Who is missing keeps what it has gained. Confined to
 * one thread.
 */
final class WeightedRoundRobin<N> {
  private static final int FORGETFUL_ABOVE = 64;
  private static final double ROUNDING = 1e-9;

  private final Comparator<N> order;
  private final Map<N, Double> gained = new HashMap<>();

  WeightedRoundRobin(Comparator<N> order) {
    this.order = order;
  }

  /**
   * Whose turn it is; O(nodes).
   *
   * @param weight 0 or more; empty is returned where all are 0
   */
  Optional<N> next(Collection<N> nodes, ToDoubleFunction<N> weight) {
    double all = nodes.stream().mapToDouble(weight).sum();
    if (!(all > 0)) {
      return Optional.empty();
    }
    forgetMissing(nodes);
    N best = null;
    double most = 0;
    for (N node : nodes) {
      double own = weight.applyAsDouble(node);
      if (own > 0) {
        double now = gained.merge(node, own / all, Double::sum);
        if (best == null
            || now > most + ROUNDING
            || (now > most - ROUNDING && order.compare(node, best) < 0)) {
          best = node;
          most = now;
        }
      }
    }
    if (best != null) {
      gained.merge(best, -1.0, Double::sum);
    }
    return Optional.ofNullable(best);
  }

  private void forgetMissing(Collection<N> nodes) {
    if (gained.size() > FORGETFUL_ABOVE && gained.size() > 2 * nodes.size()) {
      gained.keySet().retainAll(nodes);
    }
  }
}
