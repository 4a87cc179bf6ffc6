package edge.starling.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them: {@code 500ms}, {@code 2.5s}, {@code 1m}, {@code 2h}, {@code 7d}. */
public final class Durations {
  /** The longest that {@link #parse} takes. */
  public static final Duration LONGEST = Duration.ofDays(36_500);

  /** What {@link #parse} takes, for messages. */
  public static final String RULE = "a time such as 500ms, 2.5s, 1m, 2h or 7d, at most 36500d";

  private static final Pattern FORM = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)(ms|s|m|h|d)");
  private static final Unit MILLISECOND = new Unit("ms", Duration.ofMillis(1));
  private static final Unit SECOND = new Unit("s", Duration.ofSeconds(1));

  /** From the longest to the shortest. */
  private static final List<Unit> UNITS =
      List.of(
          new Unit("d", Duration.ofDays(1)),
          new Unit("h", Duration.ofHours(1)),
          new Unit("m", Duration.ofMinutes(1)),
          SECOND,
          MILLISECOND);

  private record Unit(String name, BigDecimal nanos) {
    Unit(String name, Duration length) {
      this(name, nanosOf(length));
    }
  }

  private Durations() {}

  /**
   * @return exactly what is written; 0 or more
   * @throws IllegalArgumentException for another form; the message is {@link #RULE}
   */
  public static Duration parse(String text) {
    Matcher match = FORM.matcher(text.strip());
    if (!match.matches()) {
      throw new IllegalArgumentException(RULE);
    }
    String name = match.group(2);
    Unit unit = UNITS.stream().filter(u -> u.name.equals(name)).findAny().orElseThrow();
    BigDecimal nanos = new BigDecimal(match.group(1)).multiply(unit.nanos);
    if (nanos.compareTo(nanosOf(LONGEST)) > 0 || nanos.stripTrailingZeros().scale() > 0) {
      throw new IllegalArgumentException(RULE);
    }
    return Duration.ofNanos(nanos.longValue());
  }

  /**
   * The inverse of {@link #parse}: a whole number of the longest unit that allows one, else
   * decimals of seconds or milliseconds.
   *
   * @throws IllegalArgumentException for a negative time
   */
  public static String format(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("a negative time");
    }
    if (time.isZero()) {
      return "0s";
    }
    BigDecimal nanos = nanosOf(time);
    Unit unit =
        UNITS.stream()
            .filter(u -> !u.equals(MILLISECOND) && nanos.remainder(u.nanos).signum() == 0)
            .findFirst()
            .orElse(nanos.compareTo(SECOND.nanos) > 0 ? SECOND : MILLISECOND);
    return nanos.divide(unit.nanos).stripTrailingZeros().toPlainString() + unit.name;
  }

  private static BigDecimal nanosOf(Duration time) {
    return BigDecimal.valueOf(time.getSeconds())
        .scaleByPowerOfTen(9)
        .add(BigDecimal.valueOf(time.getNano()));
  }
}
