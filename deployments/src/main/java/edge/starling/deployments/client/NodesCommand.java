package edge.starling.deployments.client;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code starling nodes}. */
@Command(
    name = "nodes",
    description = "Show the nodes of the cluster with their load.",
    footer = {"", "Example: starling nodes --url http://10.0.0.7:8080"})
public final class NodesCommand implements Callable<Integer> {
  private final Streams streams;
  @Mixin private NodeOptions node = new NodeOptions();
  @Mixin private OutputOption output = new OutputOption();

  public NodesCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Answer answer = node.client().get("/nodes").orFail();
    output.print(streams.out(), answer.json(), Reports::nodes);
    return ExitCode.OK;
  }
}
