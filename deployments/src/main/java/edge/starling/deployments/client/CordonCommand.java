package edge.starling.deployments.client;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code starling cordon}. */
@Command(
    name = "cordon",
    description = "Let a node run nothing new; it passes calls on.",
    footer = {"", "Example: starling cordon --url http://10.0.0.7:8080"})
public final class CordonCommand implements Callable<Integer> {
  private final Streams streams;
  @Mixin private NodeOptions node = new NodeOptions();

  public CordonCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    NodeState now = NodeState.change(node.client(), "cordoned");
    streams.out().println(now.name() + " is cordoned");
    return ExitCode.OK;
  }
}
