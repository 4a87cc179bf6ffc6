package edge.starling.deployments.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** JSON lines on their way into the request of a manycall: each line is an item. */
final class ItemLines {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private ItemLines() {}

  /**
   * Writes the request; blank lines do not count.
   *
   * @param terms further members
   * @return how many items there are
   * @throws CommandFailure names the line that is no JSON
   */
  static int writeRequest(BufferedReader lines, Map<String, Long> terms, Path request)
      throws IOException {
    int items = 0;
    try (BufferedWriter out = Files.newBufferedWriter(request)) {
      out.write('{');
      for (Map.Entry<String, Long> term : terms.entrySet()) {
        out.write("\"" + term.getKey() + "\":" + term.getValue() + ",");
      }
      out.write("\"items\":[");
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          check(line, number);
          separate(out, items++);
          out.write(line);
        }
      }
      out.write("]}");
    }
    return items;
  }

  private static void separate(Writer out, int before) throws IOException {
    if (before > 0) {
      out.write(",\n");
    }
  }

  private static void check(String line, int number) {
    try {
      JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new CommandFailure(
          ExitCode.USAGE, "line " + number + " is not one JSON value: " + line, e);
    }
  }
}
