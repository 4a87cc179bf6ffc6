package edge.starling.loadtest.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a function has left behind when it ran: the line that {@link Witness} writes.
 *
 * @param call its id
 * @param version of the function
 * @param folder where it ran, which is in the data folder of its node
 */
record Run(String call, String version, String folder) {

  /** All runs by their calls' ids. */
  static Map<String, List<Run>> readAll(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Map.of();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines.flatMap(line -> read(line).stream()).collect(Collectors.groupingBy(Run::call));
    }
  }

  /** Empty for a line that is none, such as one that its process was killed over. */
  static Optional<Run> read(String line) {
    String[] words = line.split(" ", 3);
    return words.length == 3
        ? Optional.of(new Run(words[0], words[1], words[2]))
        : Optional.empty();
  }
}
