package edge.starling.config;

import java.time.Duration;
import java.util.regex.Pattern;

/** What the records ask of their values. */
final class Check {
  /** The shortest time that a timer of the node can wait. */
  static final Duration TICK = Duration.ofMillis(1);

  static final Duration DAY = Duration.ofDays(1);
  static final Duration DECADE = Duration.ofDays(3_650);

  private static final Pattern WORD = Pattern.compile("\\S+");

  private Check() {}

  static void that(boolean right, String key, Object value, String allowed) {
    if (!right) {
      throw new InvalidConfig(key, value, allowed);
    }
  }

  static void between(String key, int value, int least, int most) {
    that(value >= least && value <= most, key, value, "between " + least + " and " + most);
  }

  static void between(String key, double value, double least, double most) {
    that(value >= least && value <= most, key, value, "between " + least + " and " + most);
  }

  static void between(String key, Duration value, Duration least, Duration most) {
    that(
        value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
        key,
        value,
        "between " + Durations.format(least) + " and " + Durations.format(most));
  }

  static void between(String key, ByteSize value, ByteSize least, ByteSize most) {
    that(
        value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
        key,
        value,
        "between " + least + " and " + most);
  }

  static void port(String key, int value) {
    between(key, value, 0, 65_535);
  }

  /** Not empty, and nothing that only looks empty. */
  static void word(String key, String value, String allowed) {
    that(WORD.matcher(value).matches(), key, value, allowed);
  }
}
