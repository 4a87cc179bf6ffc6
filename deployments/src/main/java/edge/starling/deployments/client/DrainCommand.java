package edge.starling.deployments.client;

import edge.starling.config.Durations;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code starling drain}. */
@Command(
    name = "drain",
    description = "Let a node run nothing new, and wait until the calls that it has are over.",
    footer = {"", "Example: starling drain --url http://10.0.0.7:8080 --timeout 30s"})
public final class DrainCommand implements Callable<Integer> {
  private static final Duration BETWEEN_NEWS = Duration.ofSeconds(1);

  private final Streams streams;
  @Mixin private NodeOptions node = new NodeOptions();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Span.class,
      defaultValue = "1m",
      description = "Wait no longer for the calls in progress (${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofMinutes(1);

  public DrainCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    long deadline = System.nanoTime() + timeout.toNanos();
    NodeClient client = node.client();
    NodeState now = NodeState.change(client, "draining");
    int told = 0;
    while (now.inProgress() > 0) {
      Duration left = Duration.ofNanos(deadline - System.nanoTime());
      if (left.isNegative() || left.isZero()) {
        throw new CommandFailure(
            ExitCode.FAILED,
            now.name()
                + " drains, but "
                + calls(now.inProgress())
                + " had not ended within "
                + Durations.format(timeout));
      }
      if (now.inProgress() != told) {
        told = now.inProgress();
        streams.err().println(now.name() + " drains: " + calls(told) + " in progress");
      }
      now = NodeState.await(client, left.compareTo(BETWEEN_NEWS) < 0 ? left : BETWEEN_NEWS);
    }
    streams.out().println(now.name() + " is drained");
    return ExitCode.OK;
  }

  private static String calls(int count) {
    return count == 1 ? "1 call" : count + " calls";
  }
}
