package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.Loads;
import edge.starling.codecs.messages.NodeId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which nodes have most room, as far as this one has heard. */
final class Room {
  /** Of a node that has not told yet. */
  private static final int UNKNOWN = -1;

  private final Members members;
  private final Loads loads;
  private final Map<NodeId, LoadReport> reports;

  Room(Members members, Loads loads) {
    this.members = members;
    this.loads = loads;
    this.reports =
        loads.reports().stream()
            .collect(Collectors.toMap(LoadReport::node, Function.identity(), (one, other) -> one));
  }

  /** Members that take calls and are none of these, those with most room first. */
  List<NodeId> roomiestBut(List<NodeId> others) {
    return members.members().stream()
        .map(Member::node)
        .filter(node -> !others.contains(node) && takesCalls(node))
        .sorted(
            Comparator.<NodeId>comparingInt(this::freeSlots).reversed().thenComparing(NodeId::name))
        .toList();
  }

  /** The nodes that take no calls first, then those with least room. */
  List<NodeId> fullestOf(List<NodeId> nodes) {
    return nodes.stream()
        .sorted(
            Comparator.comparing(this::takesCalls)
                .thenComparingInt(this::freeSlots)
                .thenComparing(NodeId::name, Comparator.reverseOrder()))
        .toList();
  }

  private boolean takesCalls(NodeId node) {
    LoadReport report = reports.get(node);
    return !loads.suspects().contains(node) && (report == null || report.state().takesCalls());
  }

  private int freeSlots(NodeId node) {
    LoadReport report = reports.get(node);
    return report == null ? UNKNOWN : report.occupancy().freeSlots() - report.occupancy().queued();
  }
}
