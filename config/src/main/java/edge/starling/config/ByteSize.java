package edge.starling.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written {@code 512}, {@code 64KiB}, {@code 32MiB} or {@code 1GiB}.
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*(|KiB|MiB|GiB)");

  /** What {@link #parse} takes, for messages. */
  public static final String RULE = "a size such as 65536, 64KiB, 32MiB or 1GiB";

  /**
   * @throws IllegalArgumentException for another form
   */
  public static ByteSize parse(String text) {
    Matcher match = FORM.matcher(text.trim());
    if (!match.matches()) {
      throw new IllegalArgumentException(RULE);
    }
    int power =
        switch (match.group(2).toUpperCase(Locale.ROOT)) {
          case "KIB" -> 10;
          case "MIB" -> 20;
          case "GIB" -> 30;
          default -> 0;
        };
    return new ByteSize(Math.multiplyExact(Long.parseLong(match.group(1)), 1L << power));
  }

  /** The largest unit that divides it. */
  @Override
  public String toString() {
    if (bytes > 0 && bytes % (1L << 30) == 0) {
      return (bytes >> 30) + "GiB";
    }
    if (bytes > 0 && bytes % (1L << 20) == 0) {
      return (bytes >> 20) + "MiB";
    }
    return bytes > 0 && bytes % (1L << 10) == 0 ? (bytes >> 10) + "KiB" : Long.toString(bytes);
  }
}
