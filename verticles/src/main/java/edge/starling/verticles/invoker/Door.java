package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Headers;
import edge.starling.verticles.invoker.UpstreamClient.Message;
import edge.starling.verticles.invoker.UpstreamClient.Server;
import java.util.List;

/**
 * Where a Python worker takes calls.
 *
 * @param port on the loopback address
 * @param secret that it shares with this node alone
 */
record Door(int port, String secret) {
  private static final String SECRET = "x-starling-secret";

  Server server() {
    return Server.here(port);
  }

  /** A frame: what comes before the body, and the body. */
  Message message(byte[] before, byte[] body) {
    return new Message("POST", "/", Headers.of(SECRET, secret), List.of(before, body));
  }
}
