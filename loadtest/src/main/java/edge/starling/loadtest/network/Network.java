package edge.starling.loadtest.network;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A network between processes on loopback, without any privilege: each listens on ports of its own,
 * but tells the others the ports of proxies, which know who calls and let through what the link of
 * the two lets through. Needs Linux, which tells whose a connection is. Thread-safe; its methods
 * block until it is so.
 */
public final class Network implements AutoCloseable {
  private static final long SECONDS = 10;

  private final Vertx vertx;
  private final NetworkVerticle proxies;

  private Network(Vertx vertx, NetworkVerticle proxies) {
    this.vertx = vertx;
    this.proxies = proxies;
  }

  /**
   * @param seed decides what gets lost
   * @param processes the names of the nodes that live, by their process ids
   * @throws IOException where the platform does not tell whose a connection is
   */
  public static Network open(long seed, Supplier<Map<Long, String>> processes) throws IOException {
    var owners = new SocketOwners(Path.of("/proc"), processes);
    if (!owners.canTell()) {
      throw new IOException("a network that can be cut needs Linux: /proc/net/tcp is not there");
    }
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2));
    var proxies = new NetworkVerticle(new Links(seed), owners);
    var network = new Network(vertx, proxies);
    await(vertx.deployVerticle(proxies));
    return network;
  }

  /**
   * From now on the node is reached through a proxy.
   *
   * @param port of the proxy
   * @param target where the node listens, or will
   */
  public void proxy(String node, int port, int target) throws IOException {
    await(proxies.proxy(node, port, target));
  }

  /** What lies between two nodes, for their connections now and later, in both directions. */
  public void link(String one, String other, LinkState state) throws IOException {
    await(proxies.become(one, other, state));
  }

  @Override
  public void close() throws IOException {
    await(vertx.close());
  }

  private static void await(Future<?> done) throws IOException {
    try {
      var unused = done.await(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("the network does not answer", e);
    }
  }
}
