package edge.starling.loadtest.trace;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads a trace from a CSV file: a heading {@code second,node,rate}, then for a second, from 0, and
 * a node, how many calls come to it. In a second that a node is not named in it gets no calls.
 */
final class TraceFile {
  private static final String HEADING = "second,node,rate";
  private static final int MOST_SECONDS = 86_400;
  private static final int MOST_A_SECOND = 2_000;

  private final Path file;
  private final Collection<String> nodes;
  private final Map<String, Map<Integer, Integer>> rates = new TreeMap<>();
  private int seconds;

  private TraceFile(Path file, Collection<String> nodes) {
    this.file = file;
    this.nodes = nodes;
  }

  /**
   * @param nodes that there are
   * @throws IOException with what is wrong, and in which line
   */
  static Trace read(Path file, Collection<String> nodes) throws IOException {
    var reading = new TraceFile(file, nodes);
    List<String> lines = lines(file);
    if (lines.isEmpty() || !lines.get(0).strip().equals(HEADING)) {
      throw reading.wrong(1, "must be the heading " + HEADING);
    }
    for (int i = 1; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        reading.line(i + 1, lines.get(i));
      }
    }
    return reading.trace();
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new IOException(file + " is not there", e);
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is no text in UTF-8", e);
    }
  }

  private void line(int number, String line) throws IOException {
    String[] cells = line.split(",", -1);
    if (cells.length != 3) {
      throw wrong(number, "has " + cells.length + " columns, not 3");
    }
    int second = whole(number, "second", cells[0].strip(), MOST_SECONDS - 1);
    String node = cells[1].strip();
    int rate = whole(number, "rate", cells[2].strip(), MOST_A_SECOND);
    if (!nodes.contains(node)) {
      throw wrong(number, "\"" + node + "\" is no node; there are " + sorted(nodes));
    }
    if (rates.computeIfAbsent(node, name -> new TreeMap<>()).put(second, rate) != null) {
      throw wrong(number, node + " is named twice in second " + second);
    }
    seconds = Math.max(seconds, second + 1);
  }

  private int whole(int number, String column, String value, int most) throws IOException {
    if (value.matches("\\d{1,9}") && Integer.parseInt(value) <= most) {
      return Integer.parseInt(value);
    }
    throw wrong(number, column + " \"" + value + "\" must be a whole number from 0 to " + most);
  }

  private Trace trace() throws IOException {
    if (rates.values().stream().allMatch(each -> each.values().stream().allMatch(n -> n == 0))) {
      throw new IOException(file + " has no calls");
    }
    Map<String, List<Integer>> all = new TreeMap<>();
    for (String node : nodes) {
      List<Integer> own = new ArrayList<>(Collections.nCopies(seconds, 0));
      rates.getOrDefault(node, Map.of()).forEach(own::set);
      all.put(node, own);
    }
    return new Trace(all);
  }

  private IOException wrong(int line, String what) {
    return new IOException(file + ", line " + line + ": " + what);
  }

  private static List<String> sorted(Collection<String> nodes) {
    Set<String> different = new HashSet<>(nodes);
    return different.stream().sorted().toList();
  }
}
