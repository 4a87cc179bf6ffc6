package edge.starling.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written {@code 512}, {@code 64KiB}, {@code 32MiB} or {@code 1GiB}.
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  /** What {@link #parse} takes, for messages. */
  public static final String RULE = "a size such as 65536, 64KiB, 32MiB or 1GiB";

  private static final Pattern FORM = Pattern.compile("(\\d{1,18})(|KiB|MiB|GiB)");

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException(RULE);
    }
  }

  /**
   * @throws IllegalArgumentException for another form; the message is {@link #RULE}
   */
  public static ByteSize parse(String text) {
    Matcher match = FORM.matcher(text.strip());
    if (!match.matches()) {
      throw new IllegalArgumentException(RULE);
    }
    int power =
        switch (match.group(2)) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          default -> 0;
        };
    long number = Long.parseLong(match.group(1));
    if (number > Long.MAX_VALUE >> power) {
      throw new IllegalArgumentException(RULE);
    }
    return new ByteSize(number << power);
  }

  /** The largest unit that divides it; {@link #parse} reads it back. */
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

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }
}
