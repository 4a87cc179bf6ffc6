package edge.starling.codecs.messages;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What bounds the calls that a node takes, written {@code rate:10}.
 *
 * @param limit of what the kind counts, within its bounds
 */
public record Capacity(Kind kind, double limit) {
  /** What {@link #parse} takes, for messages. */
  public static final String RULE =
      Arrays.stream(Kind.values()).map(Kind::rule).collect(Collectors.joining(", or "));

  private static final Pattern FORM = Pattern.compile("([a-z]+):(\\d{1,6}(?:\\.\\d{1,6})?)");

  /** What is counted. */
  public enum Kind {
    /** Calls that run at once; a bounded queue waits behind them. */
    SLOTS(1, 10_000),
    /** Calls a second. */
    RATE(0.001, 100_000),
    /** The share of the processors that the node uses, as a mean over a second. */
    CPU(0.01, 1);

    private final double least;
    private final double most;

    Kind(double least, double most) {
      this.least = least;
      this.most = most;
    }

    public double least() {
      return least;
    }

    public double most() {
      return most;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    private String rule() {
      return this
          + ":N with N "
          + (this == SLOTS ? "a whole number " : "")
          + "from "
          + plain(least)
          + " to "
          + plain(most);
    }
  }

  public Capacity {
    boolean whole = kind != Kind.SLOTS || limit == Math.rint(limit);
    if (!(limit >= kind.least && limit <= kind.most) || !whole) {
      throw new IllegalArgumentException(RULE);
    }
  }

  /**
   * @throws IllegalArgumentException for another form; the message is {@link #RULE}
   */
  public static Capacity parse(String text) {
    Matcher match = FORM.matcher(text);
    if (match.matches()) {
      for (Kind kind : Kind.values()) {
        if (kind.toString().equals(match.group(1))) {
          return new Capacity(kind, Double.parseDouble(match.group(2)));
        }
      }
    }
    throw new IllegalArgumentException(RULE);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return kind + ":" + plain(limit);
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
