package edge.starling.deployments.client;

import com.fasterxml.jackson.databind.JsonNode;
import edge.starling.codecs.messages.FunctionName;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code starling adopt}. */
@Command(
    name = "adopt",
    description = {
      "Make a function that the node's OpenFaaS gateway has one of the cluster's.",
      "It stays at the gateway whatever becomes of it here."
    },
    footer = {"", "Example: starling adopt nodeinfo"})
public final class AdoptCommand implements Callable<Integer> {
  private final Streams streams;
  @Mixin private NodeOptions node = new NodeOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Parameters(paramLabel = "NAME", converter = Name.class, description = "NAME or NAME.NAMESPACE.")
  private FunctionName name;

  public AdoptCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    NodeClient client = node.client();
    JsonNode adopted =
        client
            .send(
                client
                    .to("/functions/deployments/" + name.shortest() + "/adopt")
                    .POST(BodyPublishers.noBody()))
            .orFail()
            .json();
    output.print(streams.out(), adopted, Reports::deployed);
    return ExitCode.OK;
  }
}
