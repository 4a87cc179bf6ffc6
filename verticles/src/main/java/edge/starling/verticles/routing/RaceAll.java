package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import java.util.List;

/**
 * Here when this node provides the function, else at all providers at once: the first good answer
 * counts ("anycall" of "Decentralized Edge FaaS"). Whoever chooses this policy asks for a call to
 * run several times.
 */
final class RaceAll implements SchedulingPolicy {

  @Override
  public Decision decide(Call call, View view) {
    if (view.isCandidate(view.self(), call)) {
      return Decision.HERE;
    }
    List<NodeId> candidates = view.candidates(call);
    return candidates.isEmpty() ? Decision.REJECT : new Decision.Race(candidates);
  }
}
