package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.InvokerMessage.Admitted;
import edge.starling.codecs.messages.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many calls of one function were admitted from each peer. Of very many peers, those that were
 * heard last are told. Confined to one thread.
 */
final class Inflows {
  /** More than a cluster has nodes that forward to one. */
  static final int MOST_SENDERS = 1024;

  private final Map<NodeId, Long> bySender =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Long> eldest) {
          return size() > MOST_SENDERS;
        }
      };

  void count(NodeId sender) {
    bySender.merge(sender, 1L, Long::sum);
  }

  List<Admitted> all() {
    return bySender.entrySet().stream()
        .map(entry -> new Admitted(entry.getKey(), entry.getValue()))
        .toList();
  }
}
