package edge.starling.verticles.routing;

import edge.starling.config.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What stands behind a policy's name: {@code static:here=0.6}, and several with commas between. A
 * policy asks for all that it takes when it is made; whatever it did not ask for is refused. For
 * one thread.
 */
public final class PolicyParameters {
  private final Map<String, String> given;
  private final Set<String> asked = new TreeSet<>();

  PolicyParameters(Map<String, String> given) {
    this.given = new TreeMap<>(given);
  }

  /**
   * @param otherwise what it is when it is not given
   * @throws IllegalArgumentException for anything but a number between the bounds
   */
  public double number(String name, double otherwise, double least, double most) {
    asked.add(name);
    String text = given.get(name);
    if (text == null) {
      return otherwise;
    }
    if (text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
      double value = Double.parseDouble(text);
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw new IllegalArgumentException(name + " from " + least + " to " + most);
  }

  /**
   * @param otherwise what it is when it is not given
   * @throws IllegalArgumentException for anything but a time
   */
  public Duration time(String name, Duration otherwise) {
    asked.add(name);
    String text = given.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + " as " + e.getMessage(), e);
    }
  }

  /**
   * @throws IllegalArgumentException where something was given that nobody has asked for
   */
  void checkAllAsked() {
    if (!asked.containsAll(given.keySet())) {
      throw new IllegalArgumentException(
          asked.isEmpty()
              ? "nothing behind its name"
              : "no other parameters than " + String.join(", ", asked));
    }
  }
}
