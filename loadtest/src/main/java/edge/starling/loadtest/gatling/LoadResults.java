package edge.starling.loadtest.gatling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** All calls of a plan, by phase, in the order in which they were sent. Immutable. */
public final class LoadResults {
  private final Map<String, List<SentCall>> calls;

  private LoadResults(Map<String, List<SentCall>> calls) {
    this.calls = Map.copyOf(calls);
  }

  /** The calls of a phase; empty if there were none. */
  public List<SentCall> of(String phase) {
    return calls.getOrDefault(phase, List.of());
  }

  static LoadResults read(Path file) throws IOException {
    return parse(Files.readAllLines(file));
  }

  /**
   * @param lines as {@link CallLog} writes them
   */
  static LoadResults parse(List<String> lines) throws IOException {
    Map<String, Long> begins = new HashMap<>();
    for (String line : lines) {
      String[] cells = line.split(",", -1);
      if (cells[0].equals(CallLog.BEGIN) && cells.length == 3) {
        begins.put(cells[1], Long.valueOf(cells[2]));
      }
    }
    Map<String, List<SentCall>> calls = new HashMap<>();
    for (String line : lines) {
      String[] cells = line.split(",", -1);
      if (cells[0].equals(CallLog.CALL)) {
        Long begin = cells.length == 10 ? begins.get(cells[1]) : null;
        if (begin == null) {
          throw new IOException("no line of a known phase: " + line);
        }
        calls.computeIfAbsent(cells[1], phase -> new ArrayList<>()).add(call(cells, begin));
      }
    }
    calls.values().forEach(each -> each.sort(Comparator.comparingLong(SentCall::startedMicros)));
    calls.replaceAll((phase, each) -> List.copyOf(each));
    return new LoadResults(calls);
  }

  private static SentCall call(String[] cells, long begin) {
    return new SentCall(
        cells[2],
        TimeUnit.NANOSECONDS.toMicros(Long.parseLong(cells[3]) - begin),
        TimeUnit.NANOSECONDS.toMicros(Long.parseLong(cells[4])),
        Integer.parseInt(cells[5]),
        cells[6],
        cells[7].matches("\\d{1,6}") ? Integer.parseInt(cells[7]) : 0,
        cells[8],
        cells[9]);
  }
}
