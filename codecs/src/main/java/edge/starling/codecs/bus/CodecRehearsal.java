package edge.starling.codecs.bus;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import edge.starling.codecs.messages.RoutingMessage.Route;
import java.time.Duration;
import java.util.List;

/**
 * Takes a call and its answer to the wire and back a few times, so that a node's first forwarded
 * call does not pay for loading the classes: some 20 ms.
 */
public final class CodecRehearsal {
  private static final int TIMES = 200;

  private CodecRehearsal() {}

  /** May block for some 20 ms. From any thread. */
  public static void run(CborCodec codec) {
    NodeId node = new NodeId("rehearsal", 1);
    Headers headers = Headers.of("Content-Type", "text/plain");
    Body body = Body.utf8("rehearsal");
    Route call =
        new Route(
            InvocationId.random(),
            FunctionName.parse("rehearsal"),
            new Request("POST", "/", "a=b", headers, body),
            Duration.ofSeconds(1),
            List.of(node));
    Completed answer =
        new Completed(new Response(200, headers, body), node, 1, Duration.ZERO, Duration.ZERO);
    for (int i = 0; i < TIMES; i++) {
      codec.decode(codec.encode(call), Route.class);
      codec.decode(codec.encode(answer), Completed.class);
    }
  }
}
