package edge.starling.deployments.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.HttpURLConnection;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code starling configure}. */
@Command(
    name = "configure",
    description = {
      "Change settings of a node while it runs, until it starts again.",
      "Without KEY=VALUE show the settings in force, and which of them may change."
    },
    footer = {"", "Example: starling configure --everywhere routing.policy=round-robin"})
public final class ConfigureCommand implements Callable<Integer> {
  private static final String PATH = "/configuration";

  private final Streams streams;
  @Spec private CommandSpec spec;
  @Mixin private NodeOptions node = new NodeOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Parameters(
      arity = "0..*",
      paramLabel = "KEY=VALUE",
      description = "As in --set of a node, such as capacity.rate=20.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--everywhere", description = "Change all nodes of the cluster, or none.")
  private boolean everywhere;

  public ConfigureCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    if (!settings.isEmpty()) {
      output.print(streams.out(), changed().json(), Reports::changed);
    } else if (everywhere) {
      throw new ParameterException(spec.commandLine(), "--everywhere needs KEY=VALUE");
    } else {
      output.print(streams.out(), node.client().get(PATH).orFail().json(), Reports::settings);
    }
    return ExitCode.OK;
  }

  private Answer changed() {
    Answer answer = change();
    if (answer.status() == HttpURLConnection.HTTP_BAD_REQUEST) {
      throw new CommandFailure(ExitCode.USAGE, answer.failure());
    }
    return answer.orFail();
  }

  private Answer change() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    settings.forEach(document::put);
    NodeClient client = node.client();
    return client.send(
        client
            .to(PATH + (everywhere ? "?everywhere=true" : ""))
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(document.toString())));
  }
}
