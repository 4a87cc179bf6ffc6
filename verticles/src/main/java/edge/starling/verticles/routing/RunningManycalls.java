package edge.starling.verticles.routing;

import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The manycalls of this node, and the providers that they may use: these are needed in the load
 * structure until the manycall ends. Confined to the router's event loop.
 */
final class RunningManycalls {
  private final CallsInProgress<NodeId> inProgress;
  private final Map<InvocationId, Set<NodeId>> providers = new HashMap<>();

  RunningManycalls(CallsInProgress<NodeId> inProgress) {
    this.inProgress = inProgress;
  }

  void begin(InvocationId id, Collection<NodeId> usable) {
    Set<NodeId> needed = new HashSet<>(usable);
    if (providers.putIfAbsent(id, needed) == null) {
      needed.forEach(inProgress::need);
    }
  }

  /** Harmless for one that has not begun. */
  void end(InvocationId id) {
    Set<NodeId> needed = providers.remove(id);
    if (needed != null) {
      needed.forEach(inProgress::forgo);
    }
  }

  /** A node is gone, and what it was needed for went with it. */
  void lost(NodeId node) {
    providers.values().forEach(needed -> needed.remove(node));
  }
}
