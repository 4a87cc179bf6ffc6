package edge.starling.config;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the values of one type are written.
 *
 * @param type in a few words
 * @param allowed what may be written; completes "it must be …"
 * @param reader throws {@link IllegalArgumentException} for anything else
 */
record Form(String type, String allowed, Function<String, Object> reader) {
  private static final Pattern DECIMAL = Pattern.compile("-?\\d+(\\.\\d+)?([eE][-+]?\\d{1,3})?");
  private static final double LARGE = 1e15;
  private static final String TEXT_LIST = "list of text";

  /** The form of a component that is no record itself. */
  static Form of(RecordComponent component) {
    Class<?> type = component.getType();
    if (type == int.class) {
      return new Form(
          "whole number", "a whole number, at most " + Integer.MAX_VALUE, Integer::valueOf);
    }
    if (type == long.class) {
      return new Form("whole number", "a whole number, at most " + Long.MAX_VALUE, Long::valueOf);
    }
    if (type == double.class) {
      return new Form("number", "a number such as 0.5", Form::decimal);
    }
    if (type == boolean.class) {
      return oneOf(List.of(true, false));
    }
    if (type == Duration.class) {
      return new Form("time", Durations.RULE, Durations::parse);
    }
    if (type == ByteSize.class) {
      return new Form("size", ByteSize.RULE, ByteSize::parse);
    }
    if (type.isEnum()) {
      return oneOf(List.of(type.getEnumConstants()));
    }
    if (component.getGenericType().getTypeName().equals("java.util.List<java.lang.String>")) {
      return new Form(TEXT_LIST, "a list without empty items, such as a,b", Form::split);
    }
    if (type == String.class) {
      return new Form("text", "text, \"\" for none", text -> text);
    }
    throw new IllegalStateException("a setting cannot be a " + component.getGenericType());
  }

  /**
   * @param written a text, or a list of texts
   * @throws IllegalArgumentException where it is not of this form
   */
  Object read(Object written) {
    if (written instanceof List<?> items) {
      if (!type.equals(TEXT_LIST) || items.contains("")) {
        throw new IllegalArgumentException(allowed);
      }
      return List.copyOf(items);
    }
    return reader.apply((String) written);
  }

  /** The inverse of {@link #read}, as one text. */
  static String write(Object value) {
    if (value instanceof List<?> items) {
      return items.isEmpty()
          ? "[]"
          : items.stream().map(Object::toString).collect(Collectors.joining(","));
    }
    if (value instanceof Duration time) {
      return Durations.format(time);
    }
    if (value instanceof Double number) {
      return number == Math.rint(number) && Math.abs(number) < LARGE
          ? Long.toString(number.longValue())
          : number.toString();
    }
    return value instanceof Enum<?> ? name(value) : value.toString();
  }

  private static Object decimal(String text) {
    double value = DECIMAL.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("not a number");
    }
    return value;
  }

  private static Object split(String text) {
    if (text.isBlank() || text.equals("[]")) {
      return List.of();
    }
    List<String> items = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    if (items.contains("")) {
      throw new IllegalArgumentException("an empty item");
    }
    return items;
  }

  private static Form oneOf(List<?> values) {
    String names = values.stream().map(Form::name).collect(Collectors.joining(", "));
    return new Form(
        "one of " + names,
        "one of " + names,
        text ->
            values.stream()
                .filter(value -> name(value).equalsIgnoreCase(text))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("not one of " + names)));
  }

  private static String name(Object value) {
    return value.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
