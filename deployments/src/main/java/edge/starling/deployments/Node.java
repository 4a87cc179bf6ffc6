package edge.starling.deployments;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.bus.CodecRehearsal;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.DeploymentMessage.AskRecovered;
import edge.starling.codecs.messages.IndexMessage.Leave;
import edge.starling.codecs.messages.LoadMessage.Duty;
import edge.starling.codecs.messages.LoadMessage.SetDuty;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.RoutingMessage.BreakOff;
import edge.starling.codecs.messages.RoutingMessage.Drain;
import edge.starling.codecs.messages.RoutingMessage.Drained;
import edge.starling.config.NodeConfig;
import edge.starling.verticles.bodies.BodiesVerticle;
import edge.starling.verticles.configuration.ConfigurationVerticle;
import edge.starling.verticles.deployment.DeploymentVerticle;
import edge.starling.verticles.gateway.GatewayVerticle;
import edge.starling.verticles.index.IndexVerticle;
import edge.starling.verticles.ingress.IngressVerticle;
import edge.starling.verticles.invoker.InvokerVerticle;
import edge.starling.verticles.ledger.LedgerVerticle;
import edge.starling.verticles.load.LoadVerticle;
import edge.starling.verticles.manycall.ManycallVerticle;
import edge.starling.verticles.routing.RoutingVerticle;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node: its identity, its place in the cluster, and the verticles that do the work. */
public final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final long START_SECONDS = 60;
  private static final long ASK_SECONDS = 10;
  private static final int LISTENERS = 2;

  private final NodeConfig config;
  private final Identity identity;
  private final Cluster cluster;
  private final String httpUrl;
  private final Context context;
  private final Bus bus;
  private boolean drained;
  private boolean closed;

  private Node(
      NodeConfig config,
      Identity identity,
      Cluster cluster,
      String httpUrl,
      Context context,
      Bus bus) {
    this.config = config;
    this.identity = identity;
    this.cluster = cluster;
    this.httpUrl = httpUrl;
    this.context = context;
    this.bus = bus;
  }

  /**
   * Starts a node and blocks until it serves. It may not yet be ready: see {@link #isReady}.
   *
   * @throws StartFailure with a message for the user
   */
  public static Node start(NodeConfig given) {
    NodeConfig config = given.atHttpPort(httpPort(given));
    Identity identity = Identity.take(Path.of(config.data()), config.name());
    Cluster cluster = null;
    try {
      String url = url(config);
      cluster = Cluster.join(config.cluster(), identity.node(), url);
      Context context = cluster.vertx().getOrCreateContext();
      Bus bus = deploy(config, identity.node(), cluster, context);
      LOG.info("{} serves at {}", identity.node(), url);
      return new Node(config, identity, cluster, url, context, bus);
    } catch (Exception e) { // also a checked one, which await throws as it is
      if (cluster != null) {
        cluster.close();
      }
      identity.close();
      throw e;
    }
  }

  public NodeId id() {
    return identity.node();
  }

  /** Where clients reach it. */
  public String httpUrl() {
    return httpUrl;
  }

  /** Where peers reach it; what {@code --join} of the next node takes. */
  public int clusterPort() {
    return cluster.port();
  }

  /** Whether it has joined its peers and runs the functions that it had before. */
  public boolean isReady() {
    return cluster.hasJoined()
        && onLoop(() -> bus.request(Addresses.RECOVERED, new AskRecovered())).pending() == 0;
  }

  /**
   * Leaves in good order: tells the peers, is no longer chosen, and waits for the calls in progress
   * for at most {@code drain-timeout}. The node still has to be closed.
   */
  public synchronized void drain() {
    if (drained || closed) {
      return;
    }
    drained = true;
    LOG.info("{} drains", id());
    try {
      onLoop(() -> bus.request(Addresses.SET_DUTY, new SetDuty(Duty.LEAVING)));
      onLoop(() -> bus.request(Addresses.LEAVE, new Leave()));
      Drained left = onLoop(() -> bus.request(Addresses.DRAIN, new Drain(config.drainTimeout())));
      if (left.left() > 0) {
        LOG.warn("{} calls had not ended within {}", left.left(), config.drainTimeout());
      }
    } catch (RuntimeException e) {
      LOG.warn("the node leaves without having drained: {}", e.getMessage());
    }
  }

  /** Stops at once. Calls in progress, unless it was drained before, end as well as they can. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      breakOff();
      cluster.close();
      identity.close();
      LOG.info("{} has stopped", id());
    }
  }

  private void breakOff() {
    try {
      Drained left = onLoop(() -> bus.request(Addresses.BREAK_OFF, new BreakOff()));
      if (left.left() > 0) {
        LOG.warn("{} breaks {} calls off", id(), left.left());
      }
    } catch (RuntimeException e) {
      LOG.warn("the node stops without having ended its calls: {}", e.getMessage());
    }
  }

  private <T> T onLoop(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(onLoop -> work.get().onComplete(done));
    return await(done.future(), config.drainTimeout().toSeconds() + ASK_SECONDS);
  }

  private static Bus deploy(NodeConfig config, NodeId self, Cluster cluster, Context context) {
    Vertx vertx = cluster.vertx();
    CborCodec codec = new CborCodec();
    Bus.install(vertx, codec);
    Future<?> rehearsed = vertx.executeBlocking(() -> rehearse(codec), false);
    PrometheusMeterRegistry metrics = metrics();
    Path data = Path.of(config.data());
    BytesInFlight bytes = new BytesInFlight(config.http().bytesInFlight().bytes());
    Promise<Bus> opened = Promise.promise();
    context.runOnContext(onLoop -> Bus.open(vertx, self).onComplete(opened));
    Future<?> deployed =
        vertx
            .deployVerticle(new IndexVerticle(self, cluster.hazelcast(), data, config.index()))
            .compose(index -> vertx.deployVerticle(new BodiesVerticle(self, bytes, metrics)))
            .compose(
                bodies ->
                    vertx.deployVerticle(
                        new LedgerVerticle(self, data, config.index().keepDeleted())))
            .compose(
                ledger -> vertx.deployVerticle(new InvokerVerticle(self, config, bytes, metrics)))
            .compose(
                invoker ->
                    vertx.deployVerticle(
                        new GatewayVerticle(self, config.runtimes().openfaas(), metrics)))
            .compose(
                gateway -> vertx.deployVerticle(new LoadVerticle(self, config.load(), metrics)))
            .compose(load -> vertx.deployVerticle(new RoutingVerticle(self, config, metrics)))
            .compose(
                routing ->
                    vertx.deployVerticle(
                        new DeploymentVerticle(self, data, config.deployment(), metrics)))
            .compose(
                deployment ->
                    vertx.deployVerticle(new ManycallVerticle(self, config, bytes, metrics)))
            .compose(manycall -> vertx.deployVerticle(new ConfigurationVerticle(self, config)))
            .compose(
                configuration ->
                    vertx.deployVerticle(
                        new IngressVerticle(
                            self, config, bytes, metrics, cluster::hasJoined, LISTENERS)));
    await(Future.all(deployed, rehearsed), START_SECONDS);
    return await(opened.future(), START_SECONDS);
  }

  private static CborCodec rehearse(CborCodec codec) {
    CodecRehearsal.run(codec);
    return codec;
  }

  private static PrometheusMeterRegistry metrics() {
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(metrics);
    new JvmThreadMetrics().bindTo(metrics);
    new ProcessorMetrics().bindTo(metrics);
    return metrics;
  }

  /** Who listens at every address is told by the machine's own. */
  private static String url(NodeConfig config) {
    String configured = config.http().publicUrl();
    if (!configured.isEmpty()) {
      return configured;
    }
    try {
      InetAddress host = InetAddress.getByName(config.http().host());
      String shown =
          host.isAnyLocalAddress()
              ? InetAddress.getLocalHost().getHostAddress()
              : config.http().host();
      return "http://" + shown + ":" + config.http().port();
    } catch (UnknownHostException e) {
      throw new StartFailure("http.host: " + e.getMessage() + " is no known host", e);
    }
  }

  /** The port is told to the peers before it is bound, so a free one is looked for here. */
  private static int httpPort(NodeConfig config) {
    int port = config.http().port();
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(config.http().host()), port));
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new StartFailure(
          "the node cannot listen at "
              + config.http().host()
              + ":"
              + port
              + " (http.host, http.port): "
              + e.getMessage(),
          e);
    }
  }

  private static <T> T await(Future<T> future, long seconds) {
    try {
      return future.await(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new StartFailure("the node did not answer within " + seconds + " s", e);
    }
  }
}
