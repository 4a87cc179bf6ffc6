package edge.starling.deployments.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code starling list}. */
@Command(
    name = "list",
    description = "Show the functions of the whole cluster.",
    footer = {"", "Example: starling list --prefix img-"})
public final class ListCommand implements Callable<Integer> {
  private static final int PAGE = 200;

  private final Streams streams;
  @Mixin private NodeOptions node = new NodeOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      description = "Only those whose names begin with it.")
  private String prefix = "";

  public ListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    output.print(streams.out(), allPages(node.client()), Reports::functions);
    return ExitCode.OK;
  }

  private JsonNode allPages(NodeClient client) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    ArrayNode functions = all.putArray("functions");
    String path =
        "/functions?limit=" + PAGE + "&prefix=" + URLEncoder.encode(prefix, StandardCharsets.UTF_8);
    while (!path.isEmpty()) {
      JsonNode page = client.get(path).orFail().json();
      page.path("functions").forEach(functions::add);
      path = page.path("next").asText("");
    }
    return all;
  }
}
