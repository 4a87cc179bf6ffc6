package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.HELLO;
import static edge.starling.verticles.Sample.hello;
import static edge.starling.verticles.Sample.post;

import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.RoutingMessage.Route;
import java.time.Duration;
import java.util.List;

/** The state of the router at node a, as a policy sees it: two slots here, and one hop. */
final class Surroundings {
  final HandClock clock = new HandClock();
  final RoutingTable table = new RoutingTable(clock);
  final Peers peers = new Peers(Duration.ofSeconds(2), clock);
  final CallsInProgress<NodeId> inProgress = new CallsInProgress<>();
  final LiveView view = new LiveView(A, 1, 2, table, peers, inProgress);

  /** The members, which all provide the function hello. */
  static Surroundings of(NodeId... providers) {
    Surroundings surroundings = new Surroundings();
    for (NodeId node : providers) {
      surroundings.peers.joined(node);
      surroundings.inProgress.need(node);
    }
    surroundings.table.learn(HELLO, new Entry(hello(1), false, List.of(providers)), node -> true);
    return surroundings;
  }

  /** A call of hello that came by these nodes. */
  RoutedCall call(NodeId... visited) {
    return new RoutedCall(
        new Route(InvocationId.random(), HELLO, post(""), null, List.of(visited)),
        clock,
        outcome -> {});
  }
}
