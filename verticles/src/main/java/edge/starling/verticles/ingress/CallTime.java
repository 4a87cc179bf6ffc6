package edge.starling.verticles.ingress;

import edge.starling.config.Durations;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as callers write and read them. */
final class CallTime {
  /** The most that a caller may ask for. */
  static final Duration LONGEST = Duration.ofHours(1);

  private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)");
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private CallTime() {}

  /**
   * Reads {@code X-Timeout}: {@code 500ms}, {@code 2.5s}, {@code 1m}.
   *
   * @throws Unacceptable for another form, and outside of 1 ms to 1 h
   */
  static Duration timeout(String text) {
    return read("the header X-Timeout", text, LONGEST);
  }

  /**
   * @param name of what is read, for the message
   * @throws Unacceptable for another form, and outside of 1 ms to the longest
   */
  static Duration read(String name, String text, Duration longest) {
    Matcher match = FORM.matcher(text.trim());
    if (!match.matches()) {
      throw wrong(name, text, longest);
    }
    long nanosInUnit =
        switch (match.group(2)) {
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          default -> 3_600_000_000_000L;
        };
    BigDecimal nanos = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(nanosInUnit));
    if (nanos.compareTo(BigDecimal.valueOf(longest.toNanos())) > 0
        || nanos.compareTo(BigDecimal.valueOf(SHORTEST.toNanos())) < 0) {
      throw wrong(name, text, longest);
    }
    return Duration.ofNanos(nanos.setScale(0, RoundingMode.DOWN).longValueExact());
  }

  /** {@code 0.000123}: seconds with six decimals. */
  static String seconds(Duration time) {
    long micros = Math.max(0, time.toNanos()) / 1000;
    String fraction = Long.toString(1_000_000 + micros % 1_000_000);
    return micros / 1_000_000 + "." + fraction.substring(1);
  }

  /** Whole seconds for {@code Retry-After}: rounded up, at least 1. */
  static String retryAfter(Duration time) {
    long nanos = Math.max(1, time.toNanos());
    return Long.toString(Math.max(1, (nanos + 999_999_999L) / 1_000_000_000L));
  }

  private static Unacceptable wrong(String name, String text, Duration longest) {
    return Unacceptable.malformed(
        name
            + " must be a time from 1ms to "
            + Durations.format(longest)
            + " such as 500ms, 2.5s or 1m, not \""
            + text
            + "\"");
  }
}
