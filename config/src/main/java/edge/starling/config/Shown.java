package edge.starling.config;

import java.time.Duration;
import java.util.regex.Pattern;

/** How a refused value is shown: short, on one line, and not at all where it may be a secret. */
final class Shown {
  private static final Pattern SECRET =
      Pattern.compile("password|secret|token", Pattern.CASE_INSENSITIVE);
  private static final int LONGEST = 80;

  private Shown() {}

  static String value(String key, Object value) {
    return isSecret(key) ? "\"***\"" : '"' + shorten(text(value)) + '"';
  }

  static boolean isSecret(String key) {
    return SECRET.matcher(key).find();
  }

  private static String text(Object value) {
    return value instanceof Duration time && !time.isNegative()
        ? Durations.format(time)
        : value.toString();
  }

  private static String shorten(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
