package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.NodeId;
import edge.starling.config.ConfigLoader;
import edge.starling.config.Setting;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node's settings as JSON has them.
 *
 * @param settings sections and what is in them, with secrets hidden
 * @param live the keys of those that may change while the node runs
 * @param nodes that have changed; null where none was to
 */
record ConfigurationView(
    Map<String, Object> settings, List<String> live, @Nullable List<String> nodes) {
  private static final List<String> LIVE =
      ConfigLoader.settings().stream().filter(Setting::live).map(Setting::key).toList();

  static ConfigurationView of(List<String> assignments, List<NodeId> changed) {
    return new ConfigurationView(
        ConfigLoader.tree(ConfigLoader.load(null, Map.of(), assignments)),
        LIVE,
        changed.isEmpty() ? null : changed.stream().map(NodeId::name).toList());
  }
}
