package edge.starling.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Settings as JSON has them: a member for each section, numbers and truth values as such, times and
 * sizes as in the file.
 */
final class SettingsTree {
  private static final String HIDDEN = "***";

  private final Catalogue catalogue;
  private final Record config;

  private SettingsTree(Catalogue catalogue, Record config) {
    this.catalogue = catalogue;
    this.config = config;
  }

  static Map<String, Object> of(Catalogue catalogue, Record config) {
    return new SettingsTree(catalogue, config).section("");
  }

  private Map<String, Object> section(String section) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (String name : catalogue.names(section)) {
      String key = Catalogue.within(section, name);
      members.put(name, catalogue.isSection(key) ? section(key) : setting(key));
    }
    return members;
  }

  private Object setting(String key) {
    if (Shown.isSecret(key)) {
      return HIDDEN;
    }
    Object value = Objects.requireNonNull(catalogue.find(key)).valueIn(config);
    boolean plain =
        value instanceof Number || value instanceof Boolean || value instanceof Iterable;
    return plain ? value : Form.write(value);
  }
}
