package edge.starling.codecs.messages;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the configuration verticle takes, answers and tells. */
public sealed interface ConfigurationMessage extends BusMessage {

  /** What are this node's settings? */
  record AskConfiguration() implements ConfigurationMessage {}

  /**
   * The settings in force.
   *
   * @param assignments {@code key=value} of every setting, as the command line takes them
   */
  record Configuration(List<String> assignments) implements ConfigurationMessage {
    public Configuration {
      assignments = List.copyOf(assignments);
    }
  }

  /**
   * Change settings until the node starts again.
   *
   * @param document those that change, in YAML or JSON, built as the file is
   * @param everywhere on all members, or on none where one refuses
   */
  record ChangeConfiguration(String document, boolean everywhere) implements ConfigurationMessage {}

  /** How a change ended: {@link Changed} or {@link NotChanged}. */
  sealed interface ChangeAnswer extends ConfigurationMessage {}

  /**
   * @param assignments the settings that this node has now, as in {@link Configuration}
   * @param nodes those that have changed
   */
  record Changed(List<String> assignments, List<NodeId> nodes) implements ChangeAnswer {
    public Changed {
      assignments = List.copyOf(assignments);
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * @param detail for the user: what is wrong, on which nodes, and what is allowed
   */
  record NotChanged(Obstacle obstacle, String detail) implements ChangeAnswer {}

  /** Why a change was not made. */
  enum Obstacle {
    /** A setting is unknown, may not change, or has a value that is not allowed; none changed. */
    INVALID,
    /** A member did not answer whether it would change, so none did. */
    UNREACHABLE,
    /** All members would change, but then some did not, or did not say so. */
    PARTLY_CHANGED,
    /** Too many changes wait on a node; none was made. */
    TOO_MANY_CHANGES
  }

  /** Would this node make the change? */
  record CheckChange(String document) implements ConfigurationMessage {}

  /** Make the change on this node. */
  record ApplyChange(String document) implements ConfigurationMessage {}

  /**
   * @param problem what is wrong, a line each; null when the node makes the change, or would
   */
  record ChangeVerdict(@Nullable String problem) implements ConfigurationMessage {}

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
