package edge.starling.codecs.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * HTTP header fields in the order in which they came; a name may stand several times, and letters'
 * case does not count. Immutable.
 *
 * @param namesAndValues a name, its value, the next name, …
 */
public record Headers(@JsonValue List<String> namesAndValues) {
  public static final Headers NONE = new Headers(List.of());

  @JsonCreator
  public Headers {
    if (namesAndValues.size() % 2 != 0) {
      throw new IllegalArgumentException("a header name without its value");
    }
    namesAndValues = List.copyOf(namesAndValues);
  }

  public static Headers of(String... namesAndValues) {
    return new Headers(List.of(namesAndValues));
  }

  public Optional<String> first(String name) {
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equalsIgnoreCase(name)) {
        return Optional.of(namesAndValues.get(i + 1));
      }
    }
    return Optional.empty();
  }

  public void forEach(BiConsumer<String, String> field) {
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      field.accept(namesAndValues.get(i), namesAndValues.get(i + 1));
    }
  }

  /** These and one field more. */
  public Headers with(String name, String value) {
    List<String> all = new ArrayList<>(namesAndValues.size() + 2);
    all.addAll(namesAndValues);
    all.add(name);
    all.add(value);
    return new Headers(all);
  }
}
