package edge.starling.deployments.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The form in which a command shows the node's answer. */
final class OutputOption {
  enum Form {
    TEXT,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "text",
      description = "text for people (default), json for scripts.")
  private Form form = Form.TEXT;

  void print(PrintStream out, JsonNode answer, Function<JsonNode, String> asText) {
    String shown = form == Form.JSON ? answer.toPrettyString() + "\n" : asText.apply(answer);
    out.print(shown);
    out.flush();
  }
}
