package edge.starling.verticles.configuration;

import edge.starling.codecs.messages.ConfigurationMessage.NotChanged;
import edge.starling.codecs.messages.ConfigurationMessage.Obstacle;
import edge.starling.codecs.messages.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the members said to one step of a change. */
record NodeAnswers(List<NodeAnswer> all) {

  /** What a member said. */
  record NodeAnswer(NodeId node, Said said, String problem) {}

  /** The kinds of answers. */
  enum Said {
    YES,
    NO,
    /** It was not reached, or did not answer in time. */
    NOTHING
  }

  NodeAnswers {
    all = List.copyOf(all);
  }

  /** Why nothing may be changed, after the members were asked whether they would. */
  Optional<NotChanged> obstacle() {
    if (all.stream().anyMatch(answer -> answer.said() == Said.NO)) {
      return Optional.of(new NotChanged(Obstacle.INVALID, problems(Said.NO)));
    }
    return all.stream().anyMatch(answer -> answer.said() == Said.NOTHING)
        ? Optional.of(
            new NotChanged(Obstacle.UNREACHABLE, "nothing was changed; " + problems(Said.NOTHING)))
        : Optional.empty();
  }

  /** What is amiss after the members were told to change. */
  Optional<NotChanged> shortfall() {
    if (nodes(Said.YES).size() == all.size()) {
      return Optional.empty();
    }
    String changed = nodes(Said.YES).stream().map(NodeId::name).collect(Collectors.joining(", "));
    return Optional.of(
        new NotChanged(
            Obstacle.PARTLY_CHANGED,
            "changed: "
                + (changed.isEmpty() ? "none" : changed)
                + "; the others: "
                + problems(answer -> answer.said() != Said.YES)));
  }

  List<NodeId> nodes(Said said) {
    return all.stream().filter(answer -> answer.said() == said).map(NodeAnswer::node).toList();
  }

  private String problems(Said said) {
    return problems(answer -> answer.said() == said);
  }

  /** A problem that many have is told once, with the names of all. */
  private String problems(Predicate<NodeAnswer> which) {
    Map<String, List<String>> namesByProblem =
        all.stream()
            .filter(which)
            .collect(
                Collectors.groupingBy(
                    NodeAnswer::problem,
                    TreeMap::new,
                    Collectors.mapping(answer -> answer.node().name(), Collectors.toList())));
    return namesByProblem.entrySet().stream()
        .map(entry -> String.join(", ", entry.getValue()) + ": " + entry.getKey())
        .collect(Collectors.joining("\n"));
  }
}
