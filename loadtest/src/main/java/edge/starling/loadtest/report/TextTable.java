package edge.starling.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of text under a heading, numbers to the right. */
final class TextTable {
  private final List<String> columns;
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(List<String> columns) {
    this.columns = List.copyOf(columns);
  }

  /**
   * @param cells one for each column
   */
  void add(List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(cells + " does not fit " + columns);
    }
    rows.add(List.copyOf(cells));
  }

  @Override
  public String toString() {
    return line(columns) + rows.stream().map(this::line).collect(Collectors.joining());
  }

  private String line(List<String> cells) {
    return IntStream.range(0, cells.size())
            .mapToObj(i -> padded(cells.get(i), i))
            .collect(Collectors.joining("  "))
            .stripTrailing()
        + "\n";
  }

  private String padded(String cell, int column) {
    String space = " ".repeat(width(column) - cell.length());
    return isNumeric(column) ? space + cell : cell + space;
  }

  private int width(int column) {
    return Math.max(
        columns.get(column).length(),
        rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
  }

  private boolean isNumeric(int column) {
    return rows.stream().map(row -> row.get(column)).allMatch(cell -> cell.matches("-?[\\d.,]+|-"));
  }
}
