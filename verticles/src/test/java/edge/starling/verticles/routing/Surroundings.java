package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.HELLO;
import static edge.starling.verticles.Sample.IDLE;
import static edge.starling.verticles.Sample.hello;
import static edge.starling.verticles.Sample.post;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Capacity.Kind;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.LoadMessage.FunctionLoad;
import edge.starling.codecs.messages.LoadMessage.Inflow;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.RoutingMessage.Route;
import java.time.Duration;
import java.util.List;

/** The state of the router at node a, as a policy sees it: two slots here, and one hop. */
final class Surroundings {
  final HandClock clock = new HandClock();
  final RoutingTable table = new RoutingTable(clock);
  final Peers peers = new Peers(Duration.ofSeconds(2), clock);
  final CallsInProgress<NodeId> inProgress = new CallsInProgress<>();
  final LiveView view = new LiveView(A, table, peers, inProgress);

  /** The members, which all provide the function hello. */
  static Surroundings of(NodeId... providers) {
    Surroundings surroundings = new Surroundings();
    surroundings.view.setLimits(1, 2);
    for (NodeId node : providers) {
      surroundings.peers.joined(node);
      surroundings.inProgress.need(node);
    }
    surroundings.table.learn(HELLO, new Entry(hello(1), false, List.of(providers)), node -> true);
    return surroundings;
  }

  /** A peer whose capacity for hello is a rate, and what its own clients and others take of it. */
  void reports(NodeId node, double rate, double localRate, Inflow... inflows) {
    Capacity capacity = new Capacity(Kind.RATE, rate);
    FunctionLoad load =
        new FunctionLoad(
            HELLO, capacity, localRate, List.of(inflows), localRate > rate, 0, 0, null);
    peers.reported(new LoadReport(node, 1, State.NORMAL, IDLE, capacity, List.of(load)));
  }

  /** The node says that it takes no call of hello for so long. */
  void hasNoRoom(NodeId node, Duration retryAfter) {
    peers.refused(HELLO, new Refused(Reason.OVER_RATE, node, IDLE, retryAfter));
  }

  /** A call of hello that came by these nodes. */
  RoutedCall call(NodeId... visited) {
    return new RoutedCall(
        new Route(InvocationId.random(), HELLO, post(""), null, List.of(visited)),
        clock,
        outcome -> {});
  }
}
