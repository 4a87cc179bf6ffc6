package edge.starling.deployments.client;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Lines up rows under their headings: columns two spaces apart, none at the end of a line. */
public final class Table {
  private final List<List<String>> lines = new ArrayList<>();

  public Table(String... headings) {
    lines.add(List.of(headings));
  }

  /** A row has a cell for each heading. */
  public void add(String... cells) {
    if (cells.length != lines.get(0).size()) {
      throw new IllegalArgumentException(
          lines.get(0).size() + " cells expected, not " + cells.length);
    }
    lines.add(List.of(cells));
  }

  /** The whole table, each line ended. */
  @Override
  public String toString() {
    int[] widths =
        IntStream.range(0, lines.get(0).size())
            .map(column -> lines.stream().mapToInt(line -> width(line.get(column))).max().orElse(0))
            .toArray();
    return lines.stream().map(line -> padded(line, widths)).collect(Collectors.joining());
  }

  private static String padded(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = cells.get(column);
      line.append(cell).append(" ".repeat(widths[column] - width(cell) + 2));
    }
    return line.toString().stripTrailing() + "\n";
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
