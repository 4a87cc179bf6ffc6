package edge.starling.loadtest.network;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection of one node to another: taken at the other's proxy, passed on as the link lets it. A
 * cut link is silent: nothing is taken or passed, also not that an end was closed, and it all goes
 * on when the link is up again. A new connection hangs for a second, and then fails. Confined to
 * the event loop of its sockets.
 */
final class Relay {
  /** What the nodes wait for a connection; a network can let it hang for no less. */
  private static final long CONNECT_MILLIS = 1_000;

  private final Vertx vertx;
  private final Link link;
  private final NetSocket caller;
  private final Supplier<Future<NetSocket>> connect;
  private final Runnable watcher = this::linkChanged;
  private @Nullable Pipe there;
  private @Nullable Pipe back;
  private boolean connecting;

  /**
   * @param caller paused
   * @param connect to the node that it wants
   */
  Relay(Vertx vertx, Link link, NetSocket caller, Supplier<Future<NetSocket>> connect) {
    this.vertx = vertx;
    this.link = link;
    this.caller = caller;
    this.connect = connect;
  }

  void open() {
    link.watch(watcher);
    linkChanged();
    if (!connecting) {
      vertx.setTimer(CONNECT_MILLIS, over -> giveUp());
    }
  }

  /** The kernel has taken the connection for us, so a time-out has to be a close. */
  private void giveUp() {
    if (!connecting) {
      connecting = true;
      close(caller);
    }
  }

  private void linkChanged() {
    if (there != null && back != null) {
      there.pump();
      back.pump();
    } else if (!link.isCut() && !connecting) {
      connecting = true;
      connect.get().onSuccess(this::connected).onFailure(refused -> close(caller));
    }
  }

  private void connected(NetSocket callee) {
    there = new Pipe(vertx, link, caller, callee, () -> close(callee));
    back = new Pipe(vertx, link, callee, caller, () -> close(caller));
    there.open();
    back.open();
  }

  private void close(NetSocket end) {
    link.forget(watcher);
    end.close();
  }
}
