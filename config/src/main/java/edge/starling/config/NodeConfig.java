package edge.starling.config;

import java.time.Duration;

/**
 * All settings of a node, one record a concern.
 *
 * @param name the node's name in the cluster; empty for the one in the data folder, or a made-up
 *     one
 * @param data the folder of the node's identity and functions
 * @param drainTimeout how long a leaving node waits for the calls in progress
 */
public record NodeConfig(
    @Default("") String name,
    @Default("data") String data,
    @Default("30s") Duration drainTimeout,
    HttpConfig http,
    ClusterConfig cluster,
    IndexConfig index,
    RoutingConfig routing,
    InvokerConfig invoker,
    ProcessConfig process,
    RuntimesConfig runtimes,
    DeploymentConfig deployment,
    LoadConfig load) {}
