package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * Where this node has the fewest calls in progress; a tie goes to the node not chosen for longest.
 */
final class LeastInProgress implements SchedulingPolicy {

  @Override
  public Decision decide(Call call, View view) {
    return choose(call, view);
  }

  static Decision choose(Call call, View view) {
    Optional<NodeId> least = view.leastInProgress(call);
    if (least.isEmpty()) {
      return Decision.REJECT;
    }
    NodeId node = least.get();
    return node.equals(view.self()) ? Decision.HERE : new Decision.Forward(List.of(node));
  }
}
