package edge.starling.deployments.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;

/**
 * The answers of a manycall as they come, put out as JSON lines in the order of the items: the bare
 * body where the status was 200, else the status and the body.
 */
final class AnswerLines {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final PrintStream out;
  private final Map<Integer, String> waiting = new HashMap<>();
  private int next;
  private int taken;
  private int failed;

  AnswerLines(PrintStream out) {
    this.out = out;
  }

  /**
   * @param line {@code {"index":…,"status":…,"body":…}}
   */
  void take(String line) {
    ObjectNode answer = read(line);
    int index = answer.path("index").asInt();
    boolean right = answer.path("status").asInt() == 200;
    answer.remove("index");
    JsonNode body = answer.get("body");
    waiting.put(index, (right && body != null ? body : answer).toString());
    taken++;
    failed += right ? 0 : 1;
    for (String ready = waiting.remove(next); ready != null; ready = waiting.remove(next)) {
      out.println(ready);
      next++;
    }
  }

  /** How many answers there have been. */
  int taken() {
    return taken;
  }

  /** How many of them had another status than 200. */
  int failed() {
    return failed;
  }

  private static ObjectNode read(String line) {
    try {
      if (JSON.readTree(line) instanceof ObjectNode answer) {
        return answer;
      }
    } catch (JsonProcessingException e) {
      // told below
    }
    throw new CommandFailure(
        ExitCode.FAILED, "the answer is not a line of JSON; is this a Starling node?");
  }
}
