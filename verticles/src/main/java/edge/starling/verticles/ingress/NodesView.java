package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.Loads;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The nodes as JSON has them. */
record NodesView(List<Node> nodes) {

  /**
   * @param state {@code unknown} for a node that has not told its load, and then the last three are
   *     null; {@code suspect} for one that was silent for too long
   */
  record Node(
      String name,
      long incarnation,
      String url,
      String state,
      @Nullable Integer running,
      @Nullable Integer queued,
      @Nullable Integer slots) {
    static Node of(Member member, Optional<LoadReport> report, boolean suspect) {
      return new Node(
          member.node().name(),
          member.node().incarnation(),
          member.httpUrl(),
          suspect
              ? "suspect"
              : report.map(r -> r.state().name().toLowerCase(Locale.ROOT)).orElse("unknown"),
          report.map(r -> r.occupancy().running()).orElse(null),
          report.map(r -> r.occupancy().queued()).orElse(null),
          report.map(r -> r.occupancy().slots()).orElse(null));
    }
  }

  static NodesView of(Members members, Loads loads) {
    return new NodesView(
        members.members().stream()
            .sorted(Comparator.comparing(member -> member.node().name()))
            .map(
                member ->
                    Node.of(
                        member,
                        loads.reports().stream()
                            .filter(report -> report.node().equals(member.node()))
                            .findFirst(),
                        loads.suspects().contains(member.node())))
            .toList());
  }
}
