package edge.starling.config;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * All settings of a node, one record a concern.
 *
 * @param name the node's name in the cluster; empty for the one in the data folder, or a made-up
 *     one
 * @param data the folder of the node's identity and functions
 * @param drainTimeout how long a leaving node waits for the calls in progress; 0 for not at all
 */
public record NodeConfig(
    @Default("") String name,
    @Default("data") String data,
    @Default("30s") Duration drainTimeout,
    HttpConfig http,
    ClusterConfig cluster,
    IndexConfig index,
    RoutingConfig routing,
    ManycallConfig manycall,
    CapacityConfig capacity,
    InvokerConfig invoker,
    LogsConfig logs,
    ProcessConfig process,
    RuntimesConfig runtimes,
    DeploymentConfig deployment,
    LoadConfig load) {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  public NodeConfig {
    Check.that(
        name.isEmpty() || LABEL.matcher(name).matches(),
        "name",
        name,
        "1 to 63 of a-z, 0-9 and '-', with neither end a '-', or empty");
    Check.that(!data.isBlank(), "data", data, "the path of a folder");
    Check.between("drain-timeout", drainTimeout, Duration.ZERO, Check.DAY);
  }

  /** Whether functions may run as local processes on this node. */
  public boolean allowsProcesses() {
    return runtimes.process().enabled().isOn(http.isLoopback());
  }

  /** The same node at another port: where the setting says any free one, and it has been chosen. */
  public NodeConfig atHttpPort(int port) {
    return new NodeConfig(
        name,
        data,
        drainTimeout,
        http.at(port),
        cluster,
        index,
        routing,
        manycall,
        capacity,
        invoker,
        logs,
        process,
        runtimes,
        deployment,
        load);
  }
}
