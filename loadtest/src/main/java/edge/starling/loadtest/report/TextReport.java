package edge.starling.loadtest.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A report as tables of plain text, for people. */
public final class TextReport {
  private TextReport() {}

  public static String of(Report report) {
    var text = new StringBuilder();
    text.append(report.experiment()).append(report.quick() ? " (quick)" : "").append(" on ");
    text.append(machine(report.machine())).append("\n");
    tables(report.rows()).forEach(table -> text.append("\n").append(table));
    if (!report.published().isEmpty()) {
      text.append("\npublished or measured before\n").append(published(report.published()));
    }
    if (!report.targets().isEmpty()) {
      text.append("\ntargets\n").append(targets(report.targets()));
    }
    report
        .skipped()
        .forEach(each -> text.append("\nskipped: " + each.name() + " (" + each.reason() + ")\n"));
    if (!report.errors().isEmpty()) {
      text.append("\nERRORS\n");
      report
          .errors()
          .forEach((problem, count) -> text.append("  " + count + " x " + problem + "\n"));
    }
    return text.toString();
  }

  private static String machine(Machine machine) {
    return "%d x %s, %d MiB, %s, %s, load %.2f"
        .formatted(
            machine.processors(),
            machine.cpu(),
            machine.memoryMib(),
            machine.os(),
            machine.java(),
            machine.loadAverage());
  }

  /** Neighbouring rows with the same columns share a table. */
  private static List<TextTable> tables(List<Row> rows) {
    List<TextTable> tables = new ArrayList<>();
    Set<String> columns = Set.of();
    for (Row row : rows) {
      if (!row.cells().keySet().equals(columns)) {
        columns = row.cells().keySet();
        tables.add(
            new TextTable(
                row.cells().entrySet().stream()
                    .filter(cell -> isShown(cell.getValue()))
                    .map(cell -> cell.getKey().replace('_', ' '))
                    .toList()));
      }
      tables.get(tables.size() - 1).add(shown(row.cells().values()));
    }
    return tables;
  }

  private static List<String> shown(Collection<Object> values) {
    return values.stream().filter(TextReport::isShown).map(TextReport::text).toList();
  }

  private static boolean isShown(Object value) {
    return value instanceof Number || value instanceof String;
  }

  private static String text(Object value) {
    return value instanceof Double number
        ? number(number)
        : value instanceof Number whole
            ? String.format(Locale.ROOT, "%,d", whole.longValue())
            : value.toString();
  }

  /** As many digits as tell something. */
  private static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 1000 ? "%,.0f" : size >= 10 ? "%.1f" : "%.3f";
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }

  private static TextTable targets(List<Target> targets) {
    var table = new TextTable(List.of("target", "value", "bound", "aim", "met"));
    for (Target target : targets) {
      Double value = target.value();
      Double aim = target.aim();
      table.add(
          List.of(
              target.name(),
              value == null ? "not measured" : number(value),
              target.target(),
              aim == null ? "" : number(aim),
              target.met() ? "met" : "NOT MET"));
    }
    return table;
  }

  private static TextTable published(List<Published> figures) {
    var table = new TextTable(List.of("system", "value", "unit"));
    figures.forEach(each -> table.add(List.of(each.name(), number(each.value()), each.unit())));
    return table;
  }
}
