package edge.starling.loadtest.report;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of the findings: named values in their order, the unit in the name ({@code p50_us}).
 * Rows with the same names make one table. Immutable.
 */
public final class Row {
  private final Map<String, Object> cells;

  private Row(Map<String, Object> cells) {
    this.cells = Collections.unmodifiableMap(cells);
  }

  public static Row of(String name, Object value) {
    return new Row(Map.of()).and(name, value);
  }

  /**
   * The row with one more value.
   *
   * @param value text and numbers are shown in the table, all that JSON can hold is in the file
   */
  public Row and(String name, Object value) {
    Map<String, Object> longer = new LinkedHashMap<>(cells);
    longer.put(name, value);
    return new Row(longer);
  }

  @JsonValue
  public Map<String, Object> cells() {
    return cells;
  }
}
