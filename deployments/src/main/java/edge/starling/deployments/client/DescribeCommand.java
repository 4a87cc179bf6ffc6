package edge.starling.deployments.client;

import edge.starling.codecs.messages.FunctionName;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code starling describe}. */
@Command(
    name = "describe",
    description = "Show all that is known of a function: version, settings, providers, counts.",
    footer = {"", "Example: starling describe echo -o json"})
public final class DescribeCommand implements Callable<Integer> {
  private final Streams streams;
  @Mixin private NodeOptions node = new NodeOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Parameters(paramLabel = "NAME", converter = Name.class, description = "NAME or NAME.NAMESPACE.")
  private FunctionName name;

  public DescribeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Answer answer = node.client().get("/functions/" + name.shortest()).orFail();
    output.print(streams.out(), answer.json(), Reports::description);
    return ExitCode.OK;
  }
}
