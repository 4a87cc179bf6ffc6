package edge.starling.loadtest.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes down what happened, a line each, to find a fault by.
 *
 * @param origin the time of this process's clock from which all times are counted
 */
record Chronicle(Path folder, long origin) {
  /** How something is told with its times counted from an origin. */
  interface Telling<T> {
    String told(T what, long origin);
  }

  <T> void write(String file, List<T> all, Telling<T> telling) throws IOException {
    List<String> lines = all.stream().map(each -> telling.told(each, origin)).toList();
    Files.write(folder.resolve(file), lines);
  }
}
