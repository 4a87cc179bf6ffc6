package edge.starling.loadtest.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * What was to be reached, and whether it was. Never a reason to fail a run.
 *
 * @param name what was measured, with its unit
 * @param value null if there was nothing to measure, which is not met
 * @param target the bound, such as {@code >= 0.25}
 * @param aim what would be better still; null for none
 */
@JsonPropertyOrder({"name", "value", "target", "met"})
public record Target(
    String name,
    @Nullable Double value,
    String target,
    boolean met,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double aim) {

  public static Target atLeast(String name, double value, double bound) {
    return new Target(name, known(value), ">= " + plain(bound), value >= bound, null);
  }

  public static Target atMost(String name, double value, double bound) {
    return new Target(name, known(value), "<= " + plain(bound), value <= bound, null);
  }

  public Target aimingAt(double aim) {
    return new Target(name, value, target, met, aim);
  }

  private static @Nullable Double known(double value) {
    return Double.isNaN(value) ? null : value;
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
  }
}
