package edge.starling.deployments.client;

import edge.starling.codecs.messages.FunctionName;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code starling remove}. */
@Command(
    name = "remove",
    description = "Remove the node's copy of a function; without a last copy it is gone.",
    footer = {"", "Example: starling remove echo --everywhere"})
public final class RemoveCommand implements Callable<Integer> {
  private final Streams streams;
  @Mixin private NodeOptions node = new NodeOptions();

  @Parameters(paramLabel = "NAME", converter = Name.class, description = "NAME or NAME.NAMESPACE.")
  private FunctionName name;

  @Option(names = "--everywhere", description = "Remove it from all nodes.")
  private boolean everywhere;

  public RemoveCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    NodeClient client = node.client();
    String path = "/functions/deployments/" + name.shortest();
    client.send(client.to(everywhere ? path + "?everywhere=true" : path).DELETE()).orFail();
    streams
        .out()
        .println(
            name.shortest()
                + (everywhere ? " is removed everywhere" : " is removed from " + client.node()));
    return ExitCode.OK;
  }
}
