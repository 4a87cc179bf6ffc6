package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Headers;
import edge.starling.verticles.invoker.UpstreamClient.Message;
import edge.starling.verticles.invoker.UpstreamClient.Server;
import org.jspecify.annotations.Nullable;

/**
 * Where a worker takes calls.
 *
 * @param secret that it shares with this node alone; null where it takes calls as they are
 */
record Door(Server server, @Nullable String secret) {
  private static final String SECRET = "x-starling-secret";

  /** The call as the worker takes it. */
  Message opened(Message call) {
    Headers headers = call.headers();
    return secret == null
        ? call
        : new Message(call.method(), call.target(), headers.with(SECRET, secret), call.body());
  }
}
