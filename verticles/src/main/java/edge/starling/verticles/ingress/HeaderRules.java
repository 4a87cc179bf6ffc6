package edge.starling.verticles.ingress;

import java.util.ArrayList;
import java.util.List;

/** What header fields may be, and which of them the node alone sets. */
final class HeaderRules {
  /** The bytes of a field beside its name and its value: a colon, a space, and the line's end. */
  static final int AROUND_FIELD = 4;

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private HeaderRules() {}

  /** A token (RFC 9110, 5.6.2). */
  static boolean isName(String name) {
    return !name.isEmpty()
        && name.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || TOKEN_MARKS.indexOf(c) >= 0);
  }

  /** A field value (RFC 9110, 5.5), here in ISO 8859-1, without control characters. */
  static boolean isValue(String value) {
    return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f && c <= 0xff));
  }

  /** Fields of a call that follow from the call itself. */
  static boolean isSetByTheNode(String name) {
    return name.equalsIgnoreCase("Host")
        || name.equalsIgnoreCase("Content-Length")
        || name.equalsIgnoreCase("Expect")
        || name.equalsIgnoreCase("X-Forwarded-For")
        || isCallField(name);
  }

  /** What no caller may pretend. */
  static boolean isCallField(String name) {
    return name.equalsIgnoreCase("X-Call-Id") || name.equalsIgnoreCase("X-Start-Time");
  }

  /**
   * Whether a function's answer cannot have this field: the node writes it.
   *
   * @see Exchange
   */
  static boolean isAnswerField(String name) {
    return switch (name.length()) {
      case 6 -> name.equalsIgnoreCase("X-Hops");
      case 9 -> name.equalsIgnoreCase("X-Call-Id");
      case 11 -> name.equalsIgnoreCase("X-Served-By");
      case 12 -> name.equalsIgnoreCase("X-Start-Time");
      case 14 -> name.equalsIgnoreCase("Content-Length");
      case 18 -> name.equalsIgnoreCase("X-Duration-Seconds");
      default -> false;
    };
  }

  static boolean has(List<String> namesAndValues, String name) {
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  static List<String> values(List<String> namesAndValues, String name) {
    if (!has(namesAndValues, name)) {
      return List.of();
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equalsIgnoreCase(name)) {
        values.add(namesAndValues.get(i + 1));
      }
    }
    return values;
  }
}
