package edge.starling.deployments.client;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which node a command talks to. */
final class NodeOptions {
  private static final Duration OVERHEAD = Duration.ofSeconds(10);

  @Option(
      names = {"-u", "--url"},
      paramLabel = "URL",
      converter = NodeAddress.class,
      defaultValue = "${env:STARLING_URL:-http://127.0.0.1:8080}",
      description =
          "The node to ask, any of them (or STARLING_URL; without both http://127.0.0.1:8080).")
  private URI url = URI.create("http://127.0.0.1:8080");

  @Option(
      names = "--max-time",
      paramLabel = "TIME",
      converter = Span.class,
      defaultValue = "10m",
      description = "Give up without an answer after this time (${DEFAULT-VALUE}).")
  private Duration maxTime = Duration.ofMinutes(10);

  @Mixin private Login login = new Login();

  NodeClient client() {
    return new NodeClient(url, maxTime, login.authorization());
  }

  /** For a call that may take as long as this, which then counts if it is longer. */
  NodeClient client(@Nullable Duration call) {
    Duration asked = call == null ? Duration.ZERO : call.plus(OVERHEAD);
    return new NodeClient(
        url, asked.compareTo(maxTime) > 0 ? asked : maxTime, login.authorization());
  }
}
