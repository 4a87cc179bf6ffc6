package edge.starling.verticles.ingress;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The value of a header field that has parameters, such as {@code form-data; name="a"} (RFC 9110,
 * 5.6.6).
 *
 * @param text what stands before the parameters, in lower case
 * @param parameters by their names in lower case; of two with one name the first counts
 */
record FieldValue(String text, Map<String, String> parameters) {

  /** Reads what is well-formed, up to where it is not. */
  static FieldValue parse(String value) {
    int semicolon = value.indexOf(';');
    String text = semicolon < 0 ? value : value.substring(0, semicolon);
    Map<String, String> parameters = new HashMap<>();
    int position = semicolon;
    while (position >= 0 && position < value.length()) {
      position = parameter(value, position + 1, parameters);
    }
    return new FieldValue(text.strip().toLowerCase(Locale.ROOT), parameters);
  }

  /**
   * @return where the semicolon is that ends it, or the length of the value
   */
  private static int parameter(String value, int start, Map<String, String> parameters) {
    int equals = start;
    while (equals < value.length() && value.charAt(equals) != '=' && value.charAt(equals) != ';') {
      equals++;
    }
    if (equals == value.length() || value.charAt(equals) == ';') {
      return equals;
    }
    StringBuilder content = new StringBuilder();
    int end = content(value, equals + 1, content);
    parameters.putIfAbsent(
        value.substring(start, equals).strip().toLowerCase(Locale.ROOT), content.toString());
    return end;
  }

  private static int content(String value, int start, StringBuilder content) {
    int position = start;
    if (position == value.length() || value.charAt(position) != '"') {
      int semicolon = value.indexOf(';', start);
      int end = semicolon < 0 ? value.length() : semicolon;
      content.append(value.substring(start, end).strip());
      return end;
    }
    for (position++; position < value.length() && value.charAt(position) != '"'; position++) {
      // Only these two: some clients send folders of Windows as they are.
      boolean escapes = value.startsWith("\\\"", position) || value.startsWith("\\\\", position);
      if (escapes) {
        position++;
      }
      content.append(value.charAt(position));
    }
    int semicolon = value.indexOf(';', position);
    return semicolon < 0 ? value.length() : semicolon;
  }
}
