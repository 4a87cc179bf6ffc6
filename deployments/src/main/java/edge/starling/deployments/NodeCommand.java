package edge.starling.deployments;

import edge.starling.config.ConfigLoader;
import edge.starling.config.NodeConfig;
import edge.starling.deployments.client.ExitCode;
import edge.starling.deployments.client.Streams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code starling node}: runs a node until SIGTERM or Ctrl-C, which drain it first. */
@Command(
    name = "node",
    description = {
      "Run a node of the cluster.",
      "Settings: the file, then STARLING_* of the environment, then these options."
    },
    footer = {
      "",
      "Example: starling node --name b --http-port 8081 --cluster-port 5702",
      "           --join 127.0.0.1:5701 --data /var/lib/starling"
    })
final class NodeCommand implements Callable<Integer> {
  private static final Duration FOREVER = Duration.ofDays(36_500);

  private final Streams streams;

  @Option(names = "--name", paramLabel = "NAME", description = "The node's name in the cluster.")
  private @Nullable String name;

  @Option(names = "--http-port", paramLabel = "PORT", description = "For clients (8080).")
  private @Nullable String httpPort;

  @Option(names = "--cluster-port", paramLabel = "PORT", description = "For other nodes (5701).")
  private @Nullable String clusterPort;

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "Cluster addresses of some other nodes.")
  private List<String> join = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of its identity and functions (data).")
  private @Nullable String data;

  @Option(names = "--config", paramLabel = "FILE", description = "Settings in YAML.")
  private @Nullable Path file;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any setting; repeatable.")
  private List<String> settings = new ArrayList<>();

  NodeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws InterruptedException {
    NodeConfig config = ConfigLoader.load(file, System.getenv(), assignments());
    Node node = Node.start(config);
    Runtime.getRuntime().addShutdownHook(new Departure(node, config.drainTimeout()));
    Patience.until(node::isReady, FOREVER);
    streams.out().println(node.id().name() + " is ready: " + node.httpUrl());
    Patience.until(() -> false, FOREVER);
    return ExitCode.OK;
  }

  /** The options as settings; {@code --set} comes last, so it has the last word. */
  List<String> assignments() {
    List<String> assignments = new ArrayList<>();
    add(assignments, "name", name);
    add(assignments, "http.port", httpPort);
    add(assignments, "cluster.port", clusterPort);
    add(assignments, "cluster.join", join.isEmpty() ? null : String.join(",", join));
    add(assignments, "data", data);
    assignments.addAll(settings);
    return assignments;
  }

  private static void add(List<String> assignments, String key, @Nullable String value) {
    if (value != null) {
      assignments.add(key + "=" + value);
    }
  }
}
