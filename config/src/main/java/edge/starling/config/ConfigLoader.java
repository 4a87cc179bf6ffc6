package edge.starling.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings of a node: what the records say by default, then the file, then the
 * environment, then the command line, each over the one before; and changes them while the node
 * runs. It knows the settings from the records alone.
 */
public final class ConfigLoader {
  private static final Catalogue CATALOGUE = new Catalogue(NodeConfig.class);

  private ConfigLoader() {}

  /**
   * @param file in YAML; null for none
   * @param environment of which the variables that begin with {@code STARLING_} count
   * @param assignments {@code key=value}, as given with {@code --set}
   * @throws InvalidConfig with all that is wrong, a line each: the key, the value, where it stands
   *     and what is allowed
   */
  public static NodeConfig load(
      @Nullable Path file, Map<String, String> environment, List<String> assignments) {
    return load(NodeConfig.class, CATALOGUE, file, environment, assignments);
  }

  static <R extends Record> R load(
      Class<R> type,
      Catalogue catalogue,
      @Nullable Path file,
      Map<String, String> environment,
      List<String> assignments) {
    Problems problems = new Problems(catalogue);
    Values values = new Values(catalogue, problems);
    if (file != null) {
      values.put(ConfigFile.read(file, catalogue, problems));
    }
    values.put(new EnvironmentVariables(catalogue, problems).read(environment));
    values.put(new Assignments(catalogue, problems).read(assignments));
    R config = values.record("", type);
    problems.throwIfAny();
    return Objects.requireNonNull(config);
  }

  /** The inverse of {@link #load}: {@code key=value} of every setting. */
  public static List<String> assignments(NodeConfig config) {
    return assignments(CATALOGUE, config);
  }

  static List<String> assignments(Catalogue catalogue, Record config) {
    return catalogue.entries().stream()
        .map(entry -> entry.key() + "=" + Form.write(entry.valueIn(config)))
        .toList();
  }

  /**
   * The settings of a running node after a change. Settings that cannot change while it runs may be
   * named as they are.
   *
   * @param document what changes, in YAML or JSON, built as the file is
   * @throws InvalidConfig as {@link #load} does
   */
  public static NodeConfig changed(NodeConfig present, String document) {
    return new Change<>(NodeConfig.class, CATALOGUE, present).to(document);
  }

  /** All settings as a tree of sections, for people: secrets are hidden. */
  public static Map<String, Object> tree(NodeConfig config) {
    return SettingsTree.of(CATALOGUE, config);
  }

  /** Every setting there is, in the order of the records. */
  public static List<Setting> settings() {
    return CATALOGUE.entries().stream()
        .map(
            entry ->
                new Setting(entry.key(), entry.form().type(), entry.defaultText(), entry.live()))
        .toList();
  }
}
