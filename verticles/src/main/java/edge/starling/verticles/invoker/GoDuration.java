package edge.starling.verticles.invoker;

import edge.starling.config.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as OpenFaaS's watchdogs take them: what Go's {@code time.ParseDuration} reads, such as
 * {@code 1m30s} or {@code 1.5h}, or a whole number of seconds; 0 or more.
 */
final class GoDuration {
  /** What {@link #parse} takes, for messages. */
  static final String RULE =
      "a time such as 500ms, 10s, 1m30s or 2h, or a whole number of seconds, at most 876000h";

  private static final Pattern PART =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{0,9})?|\\.\\d{1,9})(ns|[uµμ]s|ms|s|m|h)");
  private static final Pattern FORM = Pattern.compile("\\+?(?:" + PART.pattern() + ")+");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,15}");

  private GoDuration() {}

  /**
   * @return to the nanosecond, less what is below it
   * @throws IllegalArgumentException for another form; the message is {@link #RULE}
   */
  static Duration parse(String text) {
    String written = SECONDS.matcher(text).matches() ? text + "s" : text;
    if (!FORM.matcher(written).matches()) {
      throw new IllegalArgumentException(RULE);
    }
    BigDecimal nanos = BigDecimal.ZERO;
    for (Matcher part = PART.matcher(written); part.find(); ) {
      BigDecimal unit = BigDecimal.valueOf(nanos(part.group(2)));
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit));
    }
    if (nanos.compareTo(BigDecimal.valueOf(Durations.LONGEST.toNanos())) > 0) {
      throw new IllegalArgumentException(RULE);
    }
    return Duration.ofNanos(nanos.longValue());
  }

  private static long nanos(String unit) {
    return switch (unit) {
      case "h" -> 3_600_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "s" -> 1_000_000_000L;
      case "ms" -> 1_000_000L;
      case "ns" -> 1L;
      default -> 1_000L; // microseconds, however they are written
    };
  }
}
