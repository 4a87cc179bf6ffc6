package edge.starling.config;

import java.util.ArrayList;
import java.util.List;

/** All that is wrong with one start's settings, so that they can be mended at once. */
final class Problems {
  private final Catalogue catalogue;
  private final List<String> texts = new ArrayList<>();

  Problems(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  void add(String text) {
    texts.add(Shown.line(text));
  }

  /**
   * @param shown the value, in quotation marks if it was a text
   */
  void wrong(String key, String shown, String origin, String allowed) {
    add(key + ": " + shown + " " + origin + " is not allowed; it must be " + allowed);
  }

  /** A key that is no setting: unknown, or one that holds settings. */
  void noSetting(String key, String shown, String origin) {
    if (catalogue.isSection(key)) {
      wrong(key, shown, origin, "a mapping of " + names(key));
    } else {
      add(key + ": " + shown + " " + origin + " is no known setting; " + hint(key));
    }
  }

  private String hint(String key) {
    return NearestKey.of(key, catalogue.entries().stream().map(Catalogue.Entry::key).toList())
        .map(nearest -> "did you mean \"" + nearest + "\"?")
        .orElseGet(() -> siblings(catalogue.sectionOf(key)));
  }

  private String siblings(String section) {
    return (section.isEmpty() ? "there are " : "in \"" + section + "\" there are ")
        + names(section);
  }

  private String names(String section) {
    return String.join(", ", catalogue.names(section));
  }

  void throwIfAny() {
    if (!texts.isEmpty()) {
      throw new InvalidConfig(String.join("\n", texts));
    }
  }
}
