package edge.starling.verticles.ingress;

import io.vertx.core.http.HttpConnection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The open connections of one listener. Confined to its event loop. */
final class ClientConnections {
  private final Site site;
  private final IdentityHashMap<HttpConnection, ClientConnection> open = new IdentityHashMap<>();

  ClientConnections(Site site) {
    this.site = site;
  }

  void accept(HttpConnection connection) {
    if (!site.connections().tryOpen()) {
      site.metrics().connectionRefused();
      connection.close();
      return;
    }
    ClientConnection client = new ClientConnection(System.nanoTime());
    open.put(connection, client);
    RequestGuard.install(connection, client);
    connection.closeHandler(closed -> remove(connection));
  }

  ClientConnection of(HttpConnection connection) {
    return Objects.requireNonNullElseGet(
        open.get(connection), () -> new ClientConnection(System.nanoTime()));
  }

  /** Closes those that have made no progress for the idle time. */
  void closeIdle() {
    long now = System.nanoTime();
    long idleNanos = site.config().http().idleTimeout().toNanos();
    List<HttpConnection> idle =
        open.entrySet().stream()
            .filter(entry -> entry.getValue().isIdle(now, idleNanos))
            .map(Map.Entry::getKey)
            .toList();
    for (HttpConnection connection : idle) {
      site.metrics().connectionWasIdle();
      connection.close();
    }
  }

  private void remove(HttpConnection connection) {
    if (open.remove(connection) != null) {
      site.connections().closed();
    }
  }
}
