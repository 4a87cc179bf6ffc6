package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.InvokerMessage.Inflow;
import edge.starling.codecs.messages.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The admitted calls of one function by the peer that forwards them. Peers that were silent for a
 * second are forgotten. Confined to one thread.
 */
final class Inflows {
  /** More than a cluster has nodes that forward to one; further ones are not told. */
  static final int MOST_SENDERS = 1024;

  private final Map<NodeId, RecentRate> bySender = new HashMap<>();

  void count(NodeId sender, long now) {
    RecentRate known = bySender.get(sender);
    if (known == null) {
      if (bySender.size() >= MOST_SENDERS) {
        forgetSilent(now);
      }
      if (bySender.size() >= MOST_SENDERS) {
        return;
      }
      known = new RecentRate(now);
      bySender.put(sender, known);
    }
    known.count(now);
  }

  List<Inflow> within(long now) {
    forgetSilent(now);
    return bySender.entrySet().stream()
        .map(entry -> new Inflow(entry.getKey(), entry.getValue().rate(now)))
        .toList();
  }

  private void forgetSilent(long now) {
    bySender.values().removeIf(rate -> rate.rate(now) == 0);
  }
}
