package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.LoadMessage.Distance;
import edge.starling.codecs.messages.LoadMessage.FunctionLoad;
import edge.starling.codecs.messages.LoadMessage.Inflow;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.Loads;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The nodes as JSON has them. */
record NodesView(List<Node> nodes) {

  /**
   * @param state {@code unknown} for a node that has not told its load, and then what follows is
   *     null; {@code suspect} for one that was silent for too long
   * @param roundTripMs null for this node, and for one that has not been reached
   */
  record Node(
      String name,
      long incarnation,
      String url,
      String state,
      @Nullable Integer running,
      @Nullable Integer queued,
      @Nullable Integer slots,
      @Nullable String capacity,
      @Nullable Double roundTripMs,
      @Nullable List<Busy> functions) {
    private static Node of(
        Member member, @Nullable LoadReport report, boolean suspect, @Nullable Duration roundTrip) {
      Occupancy occupancy = report == null ? null : report.occupancy();
      return new Node(
          member.node().name(),
          member.node().incarnation(),
          member.httpUrl(),
          suspect ? "suspect" : state(report),
          occupancy == null ? null : occupancy.running(),
          occupancy == null ? null : occupancy.queued(),
          occupancy == null ? null : occupancy.slots(),
          report == null ? null : report.capacity().toString(),
          roundTrip == null ? null : rounded(roundTrip.toNanos() / 1e6),
          report == null || occupancy == null ? null : busy(report.functions(), occupancy));
    }

    private static String state(@Nullable LoadReport report) {
      return report == null ? "unknown" : report.state().name().toLowerCase(Locale.ROOT);
    }

    private static List<Busy> busy(List<FunctionLoad> functions, Occupancy occupancy) {
      return functions.stream().map(load -> Busy.of(load, occupancy)).toList();
    }
  }

  /**
   * A function that has calls on the node, or has had some within the last seconds.
   *
   * @param localRate calls a second of the node's own clients
   * @param forwardedRate calls a second that peers forward and the node admits
   * @param slack what is left of the capacity
   */
  record Busy(
      String name,
      String capacity,
      String state,
      double localRate,
      double forwardedRate,
      double slack,
      int running,
      int queued,
      @Nullable Double serviceTimeMs) {
    private static Busy of(FunctionLoad load, Occupancy occupancy) {
      Duration serviceTime = load.serviceTime();
      return new Busy(
          load.function().shortest(),
          load.capacity().toString(),
          load.overloaded() ? "overloaded" : "normal",
          rounded(load.localRate()),
          rounded(load.inflows().stream().mapToDouble(Inflow::rate).sum()),
          load.overloaded() ? 0 : rounded(load.slackFor(null, occupancy)),
          load.running(),
          load.queued(),
          serviceTime == null ? null : rounded(serviceTime.toNanos() / 1e6));
    }
  }

  static NodesView of(Members members, Loads loads) {
    Map<NodeId, LoadReport> reports =
        loads.reports().stream().collect(Collectors.toMap(LoadReport::node, Function.identity()));
    Map<NodeId, Duration> distances =
        loads.distances().stream().collect(Collectors.toMap(Distance::node, Distance::roundTrip));
    Set<NodeId> suspects = Set.copyOf(loads.suspects());
    return new NodesView(
        members.members().stream()
            .sorted(Comparator.comparing(member -> member.node().name()))
            .map(
                member ->
                    Node.of(
                        member,
                        reports.get(member.node()),
                        suspects.contains(member.node()),
                        distances.get(member.node())))
            .toList());
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
