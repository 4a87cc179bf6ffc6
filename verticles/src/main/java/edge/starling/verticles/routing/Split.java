package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Splits all calls over this node and its peers by weights, full or not; who refuses is passed
 * over. Where nobody has a weight the call is rejected.
 */
final class Split implements SchedulingPolicy {
  static final Comparator<NodeId> BY_NAME =
      Comparator.comparing(NodeId::name).thenComparing(NodeId::incarnation);

  private static final double HERE = 0.6;
  private static final Duration WITHIN = Duration.ofMillis(10);

  private final Weights weights;
  private final PerFunction<WeightedRoundRobin<NodeId>> turns =
      new PerFunction<>(() -> new WeightedRoundRobin<>(BY_NAME));

  /** How the calls are split. */
  interface Weights {
    /** The weight of each candidate, 0 or more. */
    ToDoubleFunction<NodeId> of(List<NodeId> candidates, View view);
  }

  private Split(Weights weights) {
    this.weights = weights;
  }

  /** To each in turn. */
  static Split roundRobin() {
    return new Split((candidates, view) -> node -> 1);
  }

  /** Never forwards. */
  static Split allLocal() {
    return new Split((candidates, view) -> node -> node.equals(view.self()) ? 1 : 0);
  }

  /**
   * A set share here, and the rest to the peers in equal parts; DFaaS has 60 % here.
   *
   * @param parameters of which {@code here} counts
   */
  static Split byShare(PolicyParameters parameters) {
    double here = parameters.number("here", HERE, 0.01, 0.99);
    return new Split(
        (candidates, view) -> {
          long peers = candidates.stream().filter(node -> !node.equals(view.self())).count();
          return node -> node.equals(view.self()) ? here : (1 - here) / peers;
        });
  }

  /**
   * To this node and the peers to which the way there and back takes no longer than a threshold, in
   * equal parts; where there is none of these, to the nearest.
   *
   * @param parameters of which {@code within} counts
   */
  static Split byLatency(PolicyParameters parameters) {
    Duration within = parameters.time("within", WITHIN);
    return new Split(
        (candidates, view) -> {
          Duration nearest =
              candidates.stream()
                  .map(view::roundTrip)
                  .min(Comparator.naturalOrder())
                  .orElse(within);
          Duration most = nearest.compareTo(within) > 0 ? nearest : within;
          return node -> view.roundTrip(node).compareTo(most) <= 0 ? 1 : 0;
        });
  }

  @Override
  public Decision decide(Call call, View view) {
    List<NodeId> candidates = view.candidates(call);
    ToDoubleFunction<NodeId> weight = weights.of(candidates, view);
    Optional<NodeId> next =
        isOnlyHere(candidates, view) // a peer's call takes no turn of the own ones
            ? candidates.stream().filter(self -> weight.applyAsDouble(self) > 0).findAny()
            : turns.of(call.function()).next(candidates, weight);
    return next.<Decision>map(node -> new Decision.Forward(List.of(node))).orElse(Decision.REJECT);
  }

  private static boolean isOnlyHere(List<NodeId> candidates, View view) {
    return candidates.size() == 1 && candidates.contains(view.self());
  }
}
