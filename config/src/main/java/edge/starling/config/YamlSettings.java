package edge.starling.config;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Settings in YAML, of which JSON is a part. Only the tree of the text is used and no value is
 * constructed: the texts are read by the settings' own forms, so {@code yes} is no boolean and
 * {@code 010} is ten.
 */
final class YamlSettings {
  private static final int DEEPEST = 16;
  private static final int MOST_ALIASES = 50;

  /** Of values that have no tag in the file, and of those with a harmless one. */
  private static final Set<Tag> USUAL_TAGS =
      Set.of(
          Tag.MAP,
          Tag.SEQ,
          Tag.STR,
          Tag.INT,
          Tag.FLOAT,
          Tag.BOOL,
          Tag.NULL,
          Tag.TIMESTAMP,
          Tag.MERGE);

  private final String name;
  private final IntFunction<String> line;
  private final Catalogue catalogue;
  private final Problems problems;
  private final Map<String, Node> seen = new HashMap<>();
  private final List<Given> given = new ArrayList<>();

  /**
   * @param name of what holds the text, for messages
   * @param line names a line of it, by the number from 1
   */
  YamlSettings(String name, IntFunction<String> line, Catalogue catalogue, Problems problems) {
    this.name = name;
    this.line = line;
    this.catalogue = catalogue;
    this.problems = problems;
  }

  /** To be called once. */
  List<Given> read(String text) {
    Node root = tree(text);
    if (root instanceof MappingNode mapping) {
      readSection("", mapping);
    } else if (root != null) {
      problems.add(name + ": it must hold a mapping of " + String.join(", ", catalogue.names("")));
    }
    return given;
  }

  private @Nullable Node tree(String text) {
    LoaderOptions limits = new LoaderOptions();
    limits.setNestingDepthLimit(DEEPEST);
    limits.setMaxAliasesForCollections(MOST_ALIASES);
    try {
      return new Yaml(new SafeConstructor(limits)).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      // its own message would quote the file, secrets included
      Mark mark = e.getProblemMark();
      int number = mark == null ? 1 : mark.getLine() + 1;
      problems.add(line.apply(number) + ": this is no YAML: " + e.getProblem());
    } catch (YAMLException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      problems.add(name + ": this is no YAML: " + why);
    }
    return null;
  }

  private void readSection(String section, MappingNode mapping) {
    for (NodeTuple pair : mapping.getValue()) {
      if (pair.getKeyNode() instanceof ScalarNode word) {
        readPair(Catalogue.within(section, word.getValue()), word, pair.getValueNode());
      } else {
        problems.add(place(pair.getKeyNode()) + ": a key must be a word");
      }
    }
  }

  private void readPair(String key, Node word, Node value) {
    Node before = seen.putIfAbsent(key, word);
    if (before != null) {
      problems.add(key + ": it stands twice, " + origin(before) + " and " + origin(word));
    } else if (!USUAL_TAGS.contains(value.getTag())) {
      problems.wrong(
          key, "the tag " + value.getTag().getValue(), origin(value), "a value without a tag");
    } else if (catalogue.isSection(key)) {
      readInner(key, value);
    } else {
      readValue(key, value);
    }
  }

  private void readInner(String section, Node value) {
    if (value instanceof MappingNode mapping) {
      readSection(section, mapping);
    } else if (!value.getTag().equals(Tag.NULL)) { // everything in it may be commented out
      problems.noSetting(section, shown(section, value), origin(value));
    }
  }

  private void readValue(String key, Node value) {
    Catalogue.Entry entry = catalogue.find(key);
    if (entry == null) {
      problems.noSetting(key, shown(key, value), origin(value));
      return;
    }
    List<String> items = items(value);
    if (value instanceof ScalarNode text && !text.getTag().equals(Tag.NULL)) {
      given.add(new Given(entry, text.getValue(), origin(value)));
    } else if (items != null) {
      given.add(new Given(entry, items, origin(value)));
    } else {
      problems.wrong(key, shown(key, value), origin(value), entry.form().allowed());
    }
  }

  /** Null for what is no list of plain values. */
  private static @Nullable List<String> items(Node value) {
    if (!(value instanceof SequenceNode sequence)) {
      return null;
    }
    List<String> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      if (!(item instanceof ScalarNode text) || !USUAL_TAGS.contains(item.getTag())) {
        return null;
      }
      items.add(text.getTag().equals(Tag.NULL) ? "" : text.getValue());
    }
    return items;
  }

  private static String shown(String key, Node value) {
    if (value.getTag().equals(Tag.NULL)) {
      return "nothing";
    }
    if (value instanceof ScalarNode text) {
      return Shown.value(key, text.getValue());
    }
    return value instanceof MappingNode ? "a mapping" : "a list";
  }

  private String origin(Node node) {
    return "from " + place(node);
  }

  private String place(Node node) {
    return line.apply(node.getStartMark().getLine() + 1);
  }
}
