package edge.starling.deployments.client;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code starling uncordon}. */
@Command(
    name = "uncordon",
    description = "Take a cordoned or drained node back into the work.",
    footer = {"", "Example: starling uncordon --url http://10.0.0.7:8080"})
public final class UncordonCommand implements Callable<Integer> {
  private final Streams streams;
  @Mixin private NodeOptions node = new NodeOptions();

  public UncordonCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    NodeState now = NodeState.change(node.client(), "active");
    streams.out().println(now.name() + " is active");
    return ExitCode.OK;
  }
}
