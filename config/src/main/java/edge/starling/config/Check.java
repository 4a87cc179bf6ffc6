package edge.starling.config;

import java.time.Duration;

/** What the records ask of their values. */
final class Check {
  private Check() {}

  static void that(boolean right, String key, Object value, String allowed) {
    if (!right) {
      throw new InvalidConfig(key, value, allowed);
    }
  }

  static void between(String key, int value, int least, int most) {
    that(value >= least && value <= most, key, value, "between " + least + " and " + most);
  }

  static void port(String key, int value) {
    between(key, value, 0, 65_535);
  }

  static void positive(String key, Duration value) {
    that(!value.isNegative() && !value.isZero(), key, value, "longer than 0");
  }
}
