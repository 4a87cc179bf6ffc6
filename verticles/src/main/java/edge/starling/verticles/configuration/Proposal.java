package edge.starling.verticles.configuration;

import edge.starling.config.ConfigLoader;
import edge.starling.config.InvalidConfig;
import edge.starling.config.NodeConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a document would make of a node's settings.
 *
 * @param next the settings after the change; the present ones where there is a problem
 * @param problem what is wrong, a line each; null when nothing is
 */
record Proposal(NodeConfig present, NodeConfig next, @Nullable String problem) {

  static Proposal of(NodeConfig present, String document) {
    try {
      return new Proposal(present, ConfigLoader.changed(present, document), null);
    } catch (InvalidConfig refused) {
      return new Proposal(present, present, refused.getMessage());
    }
  }

  Proposal refused(String why) {
    return new Proposal(present, present, why);
  }

  /** The policies that the router has not judged yet, by their keys. */
  Map<String, String> newPolicies() {
    Map<String, String> policies = new LinkedHashMap<>();
    if (!next.routing().policy().equals(present.routing().policy())) {
      policies.put("routing.policy", next.routing().policy());
    }
    if (!next.manycall().policy().equals(present.manycall().policy())) {
      policies.put("manycall.policy", next.manycall().policy());
    }
    return policies;
  }

  /** What differs: {@code key=value (was value)}. */
  List<String> changes() {
    List<String> before = ConfigLoader.assignments(present);
    List<String> after = ConfigLoader.assignments(next);
    return IntStream.range(0, after.size())
        .filter(i -> !after.get(i).equals(before.get(i)))
        .mapToObj(i -> after.get(i) + " (was " + value(before.get(i)) + ")")
        .toList();
  }

  private static String value(String assignment) {
    return assignment.substring(assignment.indexOf('=') + 1);
  }
}
