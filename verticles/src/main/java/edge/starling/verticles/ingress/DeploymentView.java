package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.DeploymentMessage.Deployed;
import edge.starling.codecs.messages.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment came to, as JSON has it.
 *
 * @param withdrawn null when every provider took the version over
 */
record DeploymentView(
    String name, String version, List<String> providers, @Nullable List<Withdrawn> withdrawn) {

  /** A provider that failed to take over. */
  record Withdrawn(String node, String problem) {}

  static DeploymentView of(Deployed deployed) {
    List<Withdrawn> withdrawn =
        deployed.withdrawn().stream()
            .map(failure -> new Withdrawn(failure.node().name(), failure.problem()))
            .toList();
    return new DeploymentView(
        deployed.description().name().shortest(),
        deployed.description().version().toString(),
        deployed.providers().stream().map(NodeId::name).toList(),
        withdrawn.isEmpty() ? null : withdrawn);
  }
}
