package edge.starling.deployments;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.MultiMapConfig.ValueCollectionType;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.HazelcastInstance;
import edge.starling.codecs.messages.NodeId;
import edge.starling.config.ClusterConfig;
import edge.starling.verticles.index.IndexVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.net.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A member of the cluster: Hazelcast and the clustered Vert.x upon it. */
final class Cluster implements AutoCloseable {
  /** Nodes that start together on a busy machine need their time to agree. */
  private static final int JOIN_SECONDS = 60;

  private static final String HAZELCAST_GAVE_UP = "Node failed to start!";

  private static final long START_SECONDS = 90;
  private static final long STOP_SECONDS = 20;

  private final ClusterConfig config;
  private final NodeId self;
  private final Vertx vertx;
  private final HazelcastInstance hazelcast;
  private final long startedAt = System.nanoTime();

  private Cluster(ClusterConfig config, NodeId self, Vertx vertx, HazelcastInstance hazelcast) {
    this.config = config;
    this.self = self;
    this.vertx = vertx;
    this.hazelcast = hazelcast;
  }

  /**
   * Joins. Blocks until the node is a member.
   *
   * @throws StartFailure where it cannot, or where another live member has the node's name
   */
  static Cluster join(ClusterConfig config, NodeId self, String httpUrl) {
    RememberingClusterManager manager =
        new RememberingClusterManager(hazelcast(config, self, httpUrl));
    Vertx vertx;
    try {
      vertx =
          Vertx.builder()
              .with(
                  new VertxOptions()
                      // Vert.x has two a processor: then a call wakes more threads on its way
                      .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                      .setEventBusOptions(bus(config)))
              .withClusterManager(manager)
              .buildClustered()
              .await(START_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new StartFailure("the node could not join within " + START_SECONDS + " s", e);
    } catch (Exception e) { // await throws checked ones as they are
      throw new StartFailure(problem(config, e), e);
    }
    Cluster cluster = new Cluster(config, self, vertx, manager.getHazelcastInstance());
    cluster.refuseNamesake();
    return cluster;
  }

  Vertx vertx() {
    return vertx;
  }

  HazelcastInstance hazelcast() {
    return hazelcast;
  }

  /** Where the peers reach Hazelcast. */
  int port() {
    return hazelcast.getCluster().getLocalMember().getAddress().getPort();
  }

  /**
   * Whether the node has met a peer, or is rightly alone: it was given no peers to join, or has
   * waited long enough for them.
   */
  boolean hasJoined() {
    return hazelcast.getCluster().getMembers().size() > 1
        || config.join().stream().allMatch(this::isSelf)
        || System.nanoTime() - startedAt > config.aloneAfter().toNanos();
  }

  @Override
  public void close() {
    try {
      vertx.close().await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      hazelcast.getLifecycleService().terminate();
    }
  }

  private boolean isSelf(String member) {
    return member.equals(config.publicAddress()) || member.equals(config.host() + ":" + port());
  }

  private void refuseNamesake() {
    IndexVerticle.namesake(hazelcast, self)
        .ifPresent(
            other -> {
              close();
              throw new StartFailure(
                  "the cluster has a live node with the name "
                      + self.name()
                      + " already, at "
                      + other.httpUrl()
                      + ": give this one another --name and a --data folder of its own");
            });
  }

  private static Config hazelcast(ClusterConfig cluster, NodeId self, String httpUrl) {
    Config config = new Config();
    forVertx(config);
    config.setClusterName(cluster.name());
    config.setInstanceName(self + "@" + UUID.randomUUID());
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.max.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.max.join.seconds", Integer.toString(JOIN_SECONDS));
    config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
    config.setProperty("hazelcast.max.no.heartbeat.seconds", "5");
    config.setProperty("hazelcast.merge.first.run.delay.seconds", "5");
    config.setProperty("hazelcast.merge.next.run.delay.seconds", "5");
    config.setProperty("hazelcast.operation.call.timeout.millis", "5000");
    network(config.getNetworkConfig(), config, cluster);
    IndexVerticle.configure(config, self, httpUrl);
    return config;
  }

  /** The maps that Vert.x's cluster manager keeps its own knowledge in. */
  private static void forVertx(Config config) {
    config.addMultiMapConfig(
        new MultiMapConfig("__vertx.subs")
            .setBackupCount(1)
            .setValueCollectionType(ValueCollectionType.SET));
    config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
    config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
  }

  private static void network(NetworkConfig network, Config config, ClusterConfig cluster) {
    network.setPort(cluster.port()).setPortAutoIncrement(false);
    if (!cluster.publicAddress().isEmpty()) {
      network.setPublicAddress(cluster.publicAddress());
    }
    if (!isAnyAddress(cluster.host())) {
      config.setProperty("hazelcast.socket.bind.any", "false");
      network.getInterfaces().setEnabled(true).addInterface(address(cluster.host()));
    }
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(cluster.multicast());
    if (!cluster.kubernetesService().isEmpty()) {
      join.getKubernetesConfig()
          .setEnabled(true)
          .setProperty("service-dns", cluster.kubernetesService());
    } else if (!cluster.multicast()) {
      join.getTcpIpConfig()
          .setEnabled(true)
          .setConnectionTimeoutSeconds(1)
          .setMembers(cluster.join());
    }
  }

  private static EventBusOptions bus(ClusterConfig config) {
    EventBusOptions options =
        new EventBusOptions()
            .setPort(config.busPort())
            .setConnectTimeout((int) Duration.ofSeconds(1).toMillis())
            .setClusterPingInterval(Duration.ofSeconds(2).toMillis())
            .setClusterPingReplyInterval(Duration.ofSeconds(2).toMillis());
    if (!config.busPublicAddress().isEmpty()) {
      HostAndPort told = HostAndPort.parseAuthority(config.busPublicAddress(), -1);
      options.setClusterPublicHost(told.host()).setClusterPublicPort(told.port());
    }
    return isAnyAddress(config.host()) ? options : options.setHost(config.host());
  }

  private static String problem(ClusterConfig config, Exception error) {
    String cause = rootMessage(error);
    if (cause.equals(HAZELCAST_GAVE_UP)) {
      return "the node could not join its peers (cluster.join) within " + JOIN_SECONDS + " s";
    }
    // Hazelcast throws no checked exceptions, the event bus does.
    String where =
        error instanceof IOException
            ? at(config, config.busPort(), "cluster.bus-port")
            : at(config, config.port(), "cluster.port");
    return "the node cannot listen for its peers at " + where + ": " + cause;
  }

  private static String at(ClusterConfig config, int port, String setting) {
    return config.host() + ":" + port + " (cluster.host, " + setting + ")";
  }

  /** Hazelcast's settings take addresses only. */
  private static String address(String host) {
    try {
      return InetAddress.getByName(host).getHostAddress();
    } catch (UnknownHostException e) {
      throw new StartFailure("cluster.host: there is no host named \"" + host + "\"", e);
    }
  }

  private static boolean isAnyAddress(String host) {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
