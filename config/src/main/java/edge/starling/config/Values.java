package edge.starling.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The value of every setting, from wherever it was set last, and the records made of them. */
final class Values {
  private final Catalogue catalogue;
  private final Problems problems;
  private final Map<String, Object> values = new HashMap<>();
  private final Map<String, String> origins = new HashMap<>();
  private final Set<String> misread = new HashSet<>();

  /** What the records say by default. */
  Values(Catalogue catalogue, Problems problems) {
    this(catalogue, problems, Catalogue.Entry::defaultValue, "by default");
  }

  /**
   * @param before what is there before anything is put
   * @param origin where that is from, to follow a value in a message
   */
  Values(
      Catalogue catalogue,
      Problems problems,
      Function<Catalogue.Entry, Object> before,
      String origin) {
    this.catalogue = catalogue;
    this.problems = problems;
    for (Catalogue.Entry entry : catalogue.entries()) {
      values.put(entry.key(), before.apply(entry));
      origins.put(entry.key(), origin);
    }
  }

  /** Each in place of what was there before. */
  void put(List<Given> all) {
    for (Given given : all) {
      try {
        values.put(given.key(), given.value());
        origins.put(given.key(), given.origin());
      } catch (IllegalArgumentException e) {
        misread.add(given.key());
        problems.wrong(
            given.key(),
            Shown.value(given.key(), given.written()),
            given.origin(),
            given.entry().form().allowed());
      }
    }
  }

  /**
   * The record of a section; null where a value in it was refused. A record whose values could not
   * all be read is not tried, for what it would say of the others may be wrong.
   */
  <R extends Record> @Nullable R record(String section, Class<R> type) {
    List<Class<?>> types = new ArrayList<>();
    List<@Nullable Object> arguments = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String key = Catalogue.key(section, component);
      types.add(component.getType());
      arguments.add(
          catalogue.isSection(key)
              ? record(key, component.getType().asSubclass(Record.class))
              : misread.contains(key) ? null : values.get(key));
    }
    return arguments.contains(null) ? null : make(type, types, arguments);
  }

  private <R extends Record> @Nullable R make(
      Class<R> type, List<Class<?>> types, List<@Nullable Object> arguments) {
    try {
      Constructor<R> canonical = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
      return canonical.newInstance(arguments.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InvalidConfig refused) {
        problems.add(refused.messageWith(origins.getOrDefault(refused.key(), "")));
        return null;
      }
      throw new IllegalStateException(type + " refuses its values", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }
}
