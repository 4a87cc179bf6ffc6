package edge.starling.verticles.ingress;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * What follows the function's name in a path: normalised (RFC 3986, 5.2.4 and 6.2.2.2 for dots), so
 * that no reader further on can be led out of the function's own path.
 */
final class FunctionPath {
  private FunctionPath() {}

  /**
   * The path of a request's URL. Encoded slashes stay as they are.
   *
   * @param raw begins with a slash; undecoded
   * @throws Unacceptable for a path that leaves the function's, or hides that it might
   */
  static String ofUrl(String raw) {
    return isPlain(raw) ? raw : normalise("the path", raw);
  }

  /**
   * The path of a field that a client wrote by hand: encoded dots and slashes have no use there.
   *
   * @param field its name, for messages
   * @throws Unacceptable as above, and for anything but a path
   */
  static String ofField(String field, String raw) {
    if (!raw.startsWith("/") || raw.startsWith("//")) {
      throw wrong(field, "must begin with one slash: a path, no URL");
    }
    String lower = raw.toLowerCase(Locale.ROOT);
    if (lower.contains("%2e") || lower.contains("%2f")) {
      throw wrong(field, "must not have encoded dots or slashes");
    }
    return isPlain(raw) ? raw : normalise(field, raw);
  }

  /** Most paths need no second look. */
  private static boolean isPlain(String path) {
    char last = 0;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '%' || c == '\\' || (c == '.' && last == '/')) {
        return false;
      }
      last = c;
    }
    return true;
  }

  private static String normalise(String field, String raw) {
    String path = decodeDots(field, raw);
    if (hidesDotSegment(path)) {
      throw wrong(field, "must not hide dot segments behind encoded slashes");
    }
    Deque<String> segments = new ArrayDeque<>();
    String[] parts = path.substring(1).split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean isLast = i == parts.length - 1;
      switch (parts[i]) {
        case "." -> endWithSlash(segments, isLast);
        case ".." -> {
          if (segments.pollLast() == null) {
            throw wrong(field, "must not leave the function's own path");
          }
          endWithSlash(segments, isLast);
        }
        default -> segments.addLast(parts[i]);
      }
    }
    return "/" + String.join("/", segments);
  }

  private static void endWithSlash(Deque<String> segments, boolean isLast) {
    if (isLast) {
      segments.addLast("");
    }
  }

  private static String decodeDots(String field, String raw) {
    StringBuilder path = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '\\') {
        throw wrong(field, "must not have spaces, backslashes, control or non-ASCII characters");
      }
      if (c != '%') {
        path.append(c);
        continue;
      }
      int code = i + 2 < raw.length() ? hex(raw.charAt(i + 1)) * 16 + hex(raw.charAt(i + 2)) : -1;
      if (code < 0) {
        throw wrong(field, "has a '%' that is not followed by two hex digits");
      }
      if (code == 0 || code == '\\') {
        throw wrong(field, "must not have NUL or backslashes");
      }
      path.append(code == '.' ? "." : raw.substring(i, i + 3));
      i += 2;
    }
    return path.toString();
  }

  private static boolean hidesDotSegment(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    if (!lower.contains("%2f")) {
      return false;
    }
    for (String part : lower.split("/|%2f", -1)) {
      if (part.equals(".") || part.equals("..")) {
        return true;
      }
    }
    return false;
  }

  /** Far below zero for what is no digit, so that any sum with it is negative. */
  private static int hex(char c) {
    int digit = Character.digit(c, 16);
    return digit < 0 ? -1_000 : digit;
  }

  private static Unacceptable wrong(String field, String rule) {
    return Unacceptable.malformed(field + " " + rule);
  }
}
