package edge.starling.config;

import java.util.List;
import java.util.Objects;

/** What becomes of a running node's settings by a document with some new ones. */
final class Change<R extends Record> {
  private static final String REQUEST = "the request";
  private static final int MOST_CHARACTERS = 64 * 1024;

  private final Class<R> type;
  private final Catalogue catalogue;
  private final R present;

  Change(Class<R> type, Catalogue catalogue, R present) {
    this.type = type;
    this.catalogue = catalogue;
    this.present = present;
  }

  /**
   * @throws InvalidConfig with all that is wrong
   */
  R to(String document) {
    Problems problems = new Problems(catalogue);
    Values values = new Values(catalogue, problems, entry -> entry.valueIn(present), "in force");
    values.put(live(read(document, problems), problems));
    R config = values.record("", type);
    problems.throwIfAny();
    return Objects.requireNonNull(config);
  }

  private List<Given> read(String document, Problems problems) {
    if (document.length() > MOST_CHARACTERS) {
      problems.add(REQUEST + " is longer than " + MOST_CHARACTERS + " characters");
      return List.of();
    }
    return new YamlSettings(REQUEST, line -> "line " + line + " of " + REQUEST, catalogue, problems)
        .read(isJson(document) ? document.replace('\t', ' ') : document);
  }

  /** JSON may be indented by tabs, and has none in its texts; YAML takes no tabs. */
  private static boolean isJson(String document) {
    return document.stripLeading().startsWith("{");
  }

  private List<Given> live(List<Given> given, Problems problems) {
    return given.stream().filter(one -> mayChange(one, problems)).toList();
  }

  private boolean mayChange(Given given, Problems problems) {
    if (given.entry().live()) {
      return true;
    }
    if (!isAsItIs(given)) {
      problems.add(
          given.key()
              + ": it cannot change while the node runs, so "
              + Shown.value(given.key(), given.written())
              + " "
              + given.origin()
              + " is not allowed; those that can are "
              + String.join(", ", catalogue.live()));
    }
    return false;
  }

  private boolean isAsItIs(Given given) {
    try {
      return given.value().equals(given.entry().valueIn(present));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
