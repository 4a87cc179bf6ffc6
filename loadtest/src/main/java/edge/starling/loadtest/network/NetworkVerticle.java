package edge.starling.loadtest.network;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The proxies through which the nodes reach each other. One instance on one event loop. */
final class NetworkVerticle extends VerticleBase {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int CONNECT_MILLIS = 2_000;

  private final Links links;
  private final SocketOwners owners;
  private @Nullable NetClient client;

  NetworkVerticle(Links links, SocketOwners owners) {
    this.links = links;
    this.owners = owners;
  }

  @Override
  public Future<?> start() {
    client =
        vertx.createNetClient(
            new NetClientOptions().setConnectTimeout(CONNECT_MILLIS).setTcpNoDelay(true));
    return Future.succeededFuture();
  }

  /** From any thread: lets the node be reached at another port, that is listened on from now on. */
  Future<?> proxy(String node, int port, int target) {
    return onLoop(
        () ->
            vertx
                .createNetServer(
                    new NetServerOptions()
                        .setHost(LOOPBACK)
                        .setPort(port)
                        .setTcpNoDelay(true)
                        .setAcceptBacklog(1024))
                .connectHandler(caller -> accept(caller, node, port, target))
                .listen());
  }

  /** From any thread. */
  Future<?> become(String one, String other, LinkState state) {
    return onLoop(
        () -> {
          links.between(one, other).become(state);
          return Future.succeededFuture();
        });
  }

  private void accept(NetSocket caller, String node, int port, int target) {
    caller.pause();
    int callerPort = caller.remoteAddress().port();
    Callable<@Nullable String> search = () -> owners.ownerOf(callerPort, port);
    vertx
        .executeBlocking(search, false)
        .onSuccess(
            owner -> {
              if (owner == null) {
                caller.close(); // it has ended meanwhile, or is none of the nodes
              } else {
                relay(caller, links.between(owner, node), target);
              }
            })
        .onFailure(unknown -> caller.close());
  }

  private void relay(NetSocket caller, Link link, int target) {
    NetClient client = Objects.requireNonNull(this.client, "not started");
    new Relay(vertx, link, caller, () -> client.connect(target, LOOPBACK)).open();
  }

  private <T> Future<T> onLoop(Callable<Future<T>> action) {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        now -> {
          try {
            action.call().onComplete(done::handle);
          } catch (Exception e) {
            done.fail(e);
          }
        });
    return done.future();
  }
}
