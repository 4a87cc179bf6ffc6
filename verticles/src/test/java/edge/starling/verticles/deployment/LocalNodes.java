package edge.starling.verticles.deployment;

import static java.util.concurrent.TimeUnit.SECONDS;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.Address;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.RoutingMessage.CheckPolicy;
import edge.starling.codecs.messages.RoutingMessage.PolicyChecked;
import edge.starling.config.ByteSize;
import edge.starling.config.DeploymentConfig;
import edge.starling.verticles.bodies.BodiesVerticle;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/** Nodes within one JVM that share an index: real disks, real bodies, real deployment. */
final class LocalNodes implements AutoCloseable {
  static final long MOST_BYTES = 1 << 20;

  final Vertx vertx = Vertx.vertx();
  final TinyIndex index = new TinyIndex();
  private final Context loop = vertx.getOrCreateContext();

  LocalNodes() {
    Bus.install(vertx, new CborCodec());
  }

  /** A node in one of its lives. */
  final class Node {
    final NodeId id;
    final Path data;
    final TinyInvoker invoker = new TinyInvoker();
    final MeterRegistry metrics = new SimpleMeterRegistry();
    private final Bus bus;
    private String bodies;
    private String deployment;

    private Node(NodeId id, Path data, Bus bus) {
      this.id = id;
      this.data = data;
      this.bus = bus;
    }

    <Q extends BusMessage, R extends BusMessage> Future<R> request(
        Address<Q, R> address, Q message) {
      return onLoop(() -> bus.request(address, id, message, Duration.ofSeconds(30)));
    }

    <Q extends BusMessage, R extends BusMessage> R ask(Address<Q, R> address, Q message)
        throws Exception {
      return request(address, message).await(30, SECONDS);
    }

    Bus bus() {
      return bus;
    }

    void stop() throws Exception {
      vertx.undeploy(deployment).await(5, SECONDS);
      vertx.undeploy(bodies).await(5, SECONDS);
      index.lose(id);
    }

    void stopBodies() throws Exception {
      vertx.undeploy(bodies).await(5, SECONDS);
    }
  }

  /** A node whose neighbours are there, and that itself is not deployed yet. */
  Node prepare(NodeId id, Path data) throws Exception {
    Bus bus = onLoop(() -> Bus.open(vertx, id)).await(5, SECONDS);
    Node node = new Node(id, data, bus);
    onLoop(
            () ->
                Future.all(
                    index.serve(bus),
                    node.invoker.serve(bus),
                    bus.serve(Addresses.CHECK_POLICY, LocalNodes::judge)))
        .await(5, SECONDS);
    node.bodies =
        vertx
            .deployVerticle(new BodiesVerticle(id, new BytesInFlight(0), node.metrics))
            .await(5, SECONDS);
    return node;
  }

  /** As a router that knows every policy but one. */
  private static Future<PolicyChecked> judge(CheckPolicy request) {
    return Future.succeededFuture(
        new PolicyChecked(
            request.policy().equals("best") ? request.key() + ": \"best\" is none" : null));
  }

  Node start(NodeId id, Path data, Duration takeOverTimeout) throws Exception {
    return deploy(prepare(id, data), takeOverTimeout);
  }

  Node deploy(Node node, Duration takeOverTimeout) throws Exception {
    DeploymentConfig config = new DeploymentConfig(new ByteSize(MOST_BYTES), takeOverTimeout);
    node.deployment =
        vertx
            .deployVerticle(new DeploymentVerticle(node.id, node.data, config, node.metrics))
            .await(5, SECONDS);
    return node;
  }

  <T> Future<T> onLoop(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(ignored -> work.get().onComplete(done));
    return done.future();
  }

  @Override
  public void close() throws Exception {
    vertx.close().await(10, SECONDS);
  }
}
