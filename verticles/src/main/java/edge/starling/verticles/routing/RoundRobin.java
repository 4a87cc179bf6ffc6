package edge.starling.verticles.routing;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.NodeId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Each provider of a function in turn, in the order of their names. */
final class RoundRobin implements SchedulingPolicy {
  private static final int FUNCTIONS = 10_000;
  private static final Comparator<NodeId> BY_NAME =
      Comparator.comparing(NodeId::name).thenComparing(NodeId::incarnation);

  private final Map<FunctionName, NodeId> last =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<FunctionName, NodeId> eldest) {
          return size() > FUNCTIONS;
        }
      };

  @Override
  public Decision decide(Call call, View view) {
    List<NodeId> candidates = view.candidates(call).stream().sorted(BY_NAME).toList();
    if (candidates.isEmpty()) {
      return Decision.REJECT;
    }
    NodeId before = last.get(call.function());
    NodeId next =
        candidates.stream()
            .filter(node -> before == null || BY_NAME.compare(node, before) > 0)
            .findFirst()
            .orElse(candidates.get(0));
    last.put(call.function(), next);
    return new Decision.Forward(List.of(next));
  }

  /** Makes it. */
  static final class Factory implements SchedulingPolicyFactory {
    @Override
    public String name() {
      return "round-robin";
    }

    @Override
    public SchedulingPolicy create(PolicyContext context) {
      return new RoundRobin();
    }
  }
}
