package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import java.util.List;
import java.util.random.RandomGenerator;

/** Any of the nodes that may get the call, this one included, with equal chances. */
final class RandomChoice implements SchedulingPolicy {
  private final RandomGenerator random;

  RandomChoice(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public Decision decide(Call call, View view) {
    List<NodeId> candidates = view.candidates(call);
    return candidates.isEmpty()
        ? Decision.REJECT
        : new Decision.Forward(List.of(candidates.get(random.nextInt(candidates.size()))));
  }
}
