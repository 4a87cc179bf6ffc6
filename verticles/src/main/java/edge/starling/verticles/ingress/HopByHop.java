package edge.starling.verticles.ingress;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Header fields that are meant for the next hop alone (RFC 9110, 7.6.1), so that a call's way
 * through this node drops them: the well-known ones, and those that {@code Connection} names.
 */
final class HopByHop {
  private final Set<String> named;

  private HopByHop(Set<String> named) {
    this.named = named;
  }

  /**
   * @param connection the values of the message's {@code Connection} fields
   */
  static HopByHop of(List<String> connection) {
    return new HopByHop(connection.isEmpty() ? Set.of() : names(connection));
  }

  boolean drops(String field) {
    return isWellKnown(field)
        || (!named.isEmpty() && named.contains(field.toLowerCase(Locale.ROOT)));
  }

  /** Looks at the length first, since it is asked for every field of every call. */
  static boolean isWellKnown(String field) {
    return switch (field.length()) {
      case 2 -> field.equalsIgnoreCase("te");
      case 7 -> field.equalsIgnoreCase("trailer") || field.equalsIgnoreCase("upgrade");
      case 10 -> field.equalsIgnoreCase("connection") || field.equalsIgnoreCase("keep-alive");
      case 16 -> field.equalsIgnoreCase("proxy-connection");
      case 17 -> field.equalsIgnoreCase("transfer-encoding");
      case 18 -> field.equalsIgnoreCase("proxy-authenticate");
      case 19 -> field.equalsIgnoreCase("proxy-authorization");
      default -> false;
    };
  }

  private static Set<String> names(List<String> connection) {
    Set<String> names = new HashSet<>();
    for (String value : connection) {
      for (String name : value.split(",", -1)) {
        String trimmed = name.trim().toLowerCase(Locale.ROOT);
        if (!trimmed.isEmpty()) {
          names.add(trimmed);
        }
      }
    }
    return names;
  }
}
