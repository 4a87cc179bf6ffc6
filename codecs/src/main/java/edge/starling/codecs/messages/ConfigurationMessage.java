package edge.starling.codecs.messages;

import java.util.List;

/** What the configuration verticle takes, answers and tells. */
public sealed interface ConfigurationMessage extends BusMessage {

  /**
   * Told within the node: its settings are these from now on.
   *
   * @param assignments {@code key=value} of every setting, as the command line takes them
   */
  record ConfigurationChanged(List<String> assignments) implements ConfigurationMessage {
    public ConfigurationChanged {
      assignments = List.copyOf(assignments);
    }
  }
}
