package edge.starling.config;

import java.time.Duration;
import java.util.regex.Pattern;

/** How a refused value is shown: short, on one line, and not at all where it may be a secret. */
final class Shown {
  private static final Pattern SECRET =
      Pattern.compile("password|secret|token", Pattern.CASE_INSENSITIVE);
  private static final int LONGEST = 80;
  private static final int LONGEST_LINE = 2_000;

  private Shown() {}

  static String value(String key, Object value) {
    return isSecret(key) ? "\"***\"" : '"' + shorten(text(value), LONGEST) + '"';
  }

  static boolean isSecret(String key) {
    return SECRET.matcher(key).find();
  }

  private static String text(Object value) {
    return value instanceof Duration time && !time.isNegative()
        ? Durations.format(time)
        : value.toString();
  }

  /** A text for a terminal or a log: whatever it quotes, it has no control characters. */
  static String line(String text) {
    return shorten(text, LONGEST_LINE);
  }

  private static String shorten(String text, int longest) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= longest ? line : line.substring(0, longest) + "…";
  }
}
