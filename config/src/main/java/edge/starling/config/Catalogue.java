package edge.starling.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a record has, and the records in it: a key is the way to a component, in
 * kebab-case, with dots. Immutable.
 */
final class Catalogue {
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, List<String>> sections = new LinkedHashMap<>();

  /**
   * How one setting is written, and what it is when nobody sets it.
   *
   * @param live whether it may change while the node runs
   * @param path the components that lead to it from the root record
   */
  record Entry(
      String key, Form form, String defaultText, boolean live, List<RecordComponent> path) {
    Object defaultValue() {
      return form.read(defaultText);
    }

    /** What it is in a root record. */
    Object valueIn(Record root) {
      Object value = root;
      for (RecordComponent component : path) {
        value = read(component, value);
      }
      return value;
    }

    private static Object read(RecordComponent component, Object owner) {
      try {
        return component.getAccessor().invoke(owner);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(component + " cannot be read", e);
      }
    }
  }

  Catalogue(Class<? extends Record> root) {
    addSection("", root, List.of());
  }

  private void addSection(String section, Class<?> type, List<RecordComponent> above) {
    List<String> children = new ArrayList<>();
    sections.put(section, children);
    for (RecordComponent component : type.getRecordComponents()) {
      String key = key(section, component);
      List<RecordComponent> path = new ArrayList<>(above);
      path.add(component);
      children.add(key.substring(key.lastIndexOf('.') + 1));
      if (component.getType().isRecord() && component.getType() != ByteSize.class) {
        addSection(key, component.getType(), path);
      } else {
        boolean live = component.isAnnotationPresent(Live.class);
        entries.put(
            key, new Entry(key, Form.of(component), defaultOf(component), live, List.copyOf(path)));
      }
    }
  }

  /** The key of a component of the section's record; the section of the root is empty. */
  static String key(String section, RecordComponent component) {
    return within(
        section,
        component.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT));
  }

  static String within(String section, String name) {
    return section.isEmpty() ? name : section + "." + name;
  }

  private static String defaultOf(RecordComponent component) {
    Default value = component.getAnnotation(Default.class);
    if (value == null) {
      throw new IllegalStateException(component + " has no @Default");
    }
    return value.value();
  }

  /** In the order of the records. */
  Collection<Entry> entries() {
    return entries.values();
  }

  /** The keys of the settings that may change while the node runs. */
  List<String> live() {
    return entries.values().stream().filter(Entry::live).map(Entry::key).toList();
  }

  @Nullable Entry find(String key) {
    return entries.get(key);
  }

  /** Whether it is the key of a record in the root record. */
  boolean isSection(String key) {
    return !key.isEmpty() && sections.containsKey(key);
  }

  /** The names in a section, one level down. */
  List<String> names(String section) {
    return sections.getOrDefault(section, List.of());
  }

  /** The section that a key lies in or would lie in; empty for the root. */
  String sectionOf(String key) {
    String section = key;
    do {
      section = section.substring(0, Math.max(0, section.lastIndexOf('.')));
    } while (!sections.containsKey(section));
    return section;
  }
}
