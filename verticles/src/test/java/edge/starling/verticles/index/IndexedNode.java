package edge.starling.verticles.index;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.Address;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Announce;
import edge.starling.codecs.messages.IndexMessage.Announcements;
import edge.starling.codecs.messages.IndexMessage.AskAnnouncements;
import edge.starling.codecs.messages.IndexMessage.Delete;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.FunctionPage;
import edge.starling.codecs.messages.IndexMessage.ListFunctions;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.IndexMessage.Publish;
import edge.starling.codecs.messages.IndexMessage.Standing;
import edge.starling.codecs.messages.IndexMessage.Withdraw;
import edge.starling.codecs.messages.IndexMessage.Withdrawn;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Notice;
import edge.starling.config.IndexConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node of which only the index is there: a real member of a Hazelcast cluster on loopback, and a
 * Vert.x of its own, so what the index tells is heard within the node only.
 */
final class IndexedNode implements AutoCloseable {
  private static final long SECONDS = 20;
  private static final Duration KEEP_DELETED = Duration.ofDays(7);

  final NodeId id;
  final Queue<BusMessage> heard = new ConcurrentLinkedQueue<>();
  private final Config config;
  private final HazelcastInstance hazelcast;
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Bus bus;

  private IndexedNode(NodeId id, Config config, Path data, IndexConfig index) {
    this.id = id;
    this.config = config;
    this.hazelcast = Hazelcast.newHazelcastInstance(config);
    Bus.install(vertx, new CborCodec());
    this.bus = await(onContext(() -> Bus.open(vertx, id)));
    listen(Addresses.ANNOUNCED);
    listen(Addresses.PROVIDER_WITHDRAWN);
    listen(Addresses.DELETED);
    listen(Addresses.PEER_JOINED);
    listen(Addresses.PEER_LOST);
    await(vertx.deployVerticle(new IndexVerticle(id, hazelcast, data, index)));
  }

  /** Joins the members that listen at these ports. */
  static IndexedNode join(NodeId id, String cluster, int port, List<Integer> members) {
    return join(id, cluster, port, members, KEEP_DELETED);
  }

  static IndexedNode join(
      NodeId id, String cluster, int port, List<Integer> members, Duration keepDeleted) {
    return new IndexedNode(
        id,
        config(id, cluster, port, members),
        temporary(),
        new IndexConfig(Duration.ofMillis(500), keepDeleted));
  }

  /** Joins with what the catalogue in that folder holds. */
  static IndexedNode join(NodeId id, String cluster, int port, List<Integer> members, Path data) {
    return new IndexedNode(
        id,
        config(id, cluster, port, members),
        data,
        new IndexConfig(Duration.ofMillis(500), KEEP_DELETED));
  }

  private static Path temporary() {
    try {
      Path folder = Files.createTempDirectory("index");
      folder.toFile().deleteOnExit();
      folder.resolve("catalogue").toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A member that says it is this node, before anything of the node runs. */
  static HazelcastInstance bareMember(NodeId id, String cluster, int port, List<Integer> members) {
    return Hazelcast.newHazelcastInstance(config(id, cluster, port, members));
  }

  private static Config config(NodeId id, String cluster, int port, List<Integer> members) {
    Config config = new Config();
    config.setClusterName(cluster);
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.max.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.max.join.seconds", "10");
    config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
    config.setProperty("hazelcast.max.no.heartbeat.seconds", "5");
    config.setProperty("hazelcast.merge.first.run.delay.seconds", "1");
    config.setProperty("hazelcast.merge.next.run.delay.seconds", "1");
    config.setProperty("hazelcast.operation.call.timeout.millis", "5000");
    config.setProperty("hazelcast.socket.bind.any", "false");
    NetworkConfig network = config.getNetworkConfig();
    network.setPort(port).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(1);
    members.forEach(member -> join.getTcpIpConfig().addMember("127.0.0.1:" + member));
    IndexVerticle.configure(config, id, "http://" + id.name());
    return config;
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Standing publish(Description description, @Nullable FunctionVersion replaces) {
    return await(publishLater(description, replaces));
  }

  Future<Standing> publishLater(Description description, @Nullable FunctionVersion replaces) {
    return ask(Addresses.PUBLISH, new Publish(description, replaces));
  }

  Standing announce(Description description) {
    return await(announceLater(description));
  }

  Future<Standing> announceLater(Description description) {
    return ask(Addresses.ANNOUNCE, new Announce(description));
  }

  Withdrawn withdraw(FunctionName function, boolean deleteWhenLast) {
    return await(ask(Addresses.WITHDRAW, new Withdraw(function, deleteWhenLast)));
  }

  @Nullable Entry delete(FunctionName function) {
    return await(ask(Addresses.DELETE, new Delete(function))).entry();
  }

  @Nullable Entry lookup(FunctionName function) {
    return await(ask(Addresses.LOOKUP, new Lookup(function))).entry();
  }

  /** The live providers of a function that is known. */
  List<NodeId> providers(FunctionName function) {
    return Objects.requireNonNull(lookup(function)).providers();
  }

  FunctionPage list(String prefix, @Nullable FunctionName after, int limit) {
    return await(ask(Addresses.LIST_FUNCTIONS, new ListFunctions(prefix, after, limit)));
  }

  Announcements announcements() {
    return await(ask(Addresses.ANNOUNCEMENTS, new AskAnnouncements()));
  }

  <Q extends BusMessage, R extends BusMessage> Future<R> ask(Address<Q, R> address, Q message) {
    return onContext(() -> bus.request(address, message));
  }

  /** The maps themselves, as this node's index has them. */
  IndexStore store() {
    return new IndexStore(
        hazelcast,
        new Membership(hazelcast),
        new Catalogue(Clock.systemUTC(), KEEP_DELETED, 100, entry -> {}));
  }

  /** Has the map lose all that it holds of a function, as if no member had had it. */
  void lose(FunctionName function) {
    hazelcast.getMap(Addresses.FUNCTIONS_MAP).delete(function.toString());
  }

  int members() {
    return hazelcast.getCluster().getMembers().size();
  }

  /** From now on looks for members at that port as well. */
  void lookFor(int port) {
    config.getNetworkConfig().getJoin().getTcpIpConfig().addMember("127.0.0.1:" + port);
  }

  /** Ends without a word to the others. */
  void die() {
    hazelcast.getLifecycleService().terminate();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no answer within " + SECONDS + " s", e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
    hazelcast.getLifecycleService().terminate();
  }

  private <M extends BusMessage> void listen(Notice<M> notice) {
    await(onContext(() -> bus.on(notice, heard::add)));
  }

  private <T> Future<T> onContext(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(ignored -> work.get().onComplete(done));
    return done.future();
  }
}
