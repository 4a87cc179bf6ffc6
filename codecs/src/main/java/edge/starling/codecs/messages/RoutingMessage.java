package edge.starling.codecs.messages;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a router takes and answers; its outcomes are in {@link Outcome}. */
public sealed interface RoutingMessage extends BusMessage {

  /**
   * Have this call served, here or elsewhere.
   *
   * @param remaining the time left; null for the function's own time limit
   * @param visited the nodes that have had it, in order: the first is the one that the client
   *     called, the last is the sender; empty for a call of this node's own client
   * @param item whether it is an item of a manycall of this node
   */
  record Route(
      InvocationId id,
      FunctionName function,
      Request request,
      @Nullable Duration remaining,
      List<NodeId> visited,
      boolean item)
      implements RoutingMessage {
    /** A call that is no item of a manycall here. */
    public Route(
        InvocationId id,
        FunctionName function,
        Request request,
        @Nullable Duration remaining,
        List<NodeId> visited) {
      this(id, function, request, remaining, visited, false);
    }

    public Route {
      visited = List.copyOf(visited);
    }

    /** Forwards so far. */
    public int hops() {
      return visited.size();
    }
  }

  /** The caller no longer wants it: what has not started does not start. */
  record Cancel(InvocationId id) implements RoutingMessage {}

  /**
   * A forwarded call waits in the queue of {@code at}: until it is claimed it may run elsewhere.
   */
  record Queued(InvocationId id, NodeId at) implements RoutingMessage {}

  /** {@code by} is about to start a call that has waited there: is it still wanted? */
  record Claim(InvocationId id, NodeId by) implements RoutingMessage {}

  /**
   * @param granted false: it was cancelled, has expired, or runs elsewhere
   */
  record ClaimAnswer(boolean granted) implements RoutingMessage {}

  /** How often do this node's own clients call the functions that it provides? */
  record AskArrivals() implements RoutingMessage {}

  /** Functions that are not named have had no call within the last second. */
  record Arrivals(List<Arrival> arrivals) implements RoutingMessage {
    public Arrivals {
      arrivals = List.copyOf(arrivals);
    }
  }

  /**
   * @param rate calls a second
   */
  record Arrival(FunctionName function, double rate) {}

  /** To a peer, to see how long the way there and back takes. */
  record Ping() implements RoutingMessage {}

  record Pong() implements RoutingMessage {}

  /** Is this the name of a policy, with parameters that it takes? */
  record CheckPolicy(String policy) implements RoutingMessage {}

  /**
   * @param problem what is wrong and what is allowed, after {@code policy:}; null when nothing is
   */
  record PolicyChecked(@Nullable String problem) implements RoutingMessage {}

  /** A manycall of the function is about to begin. */
  record BeginManycall(InvocationId id, FunctionName function) implements RoutingMessage {}

  /**
   * @param timeout the most time of one call; null where the function is unknown, and then nothing
   *     has begun
   */
  record ManycallBegun(@Nullable Duration timeout) implements RoutingMessage {}

  /** It sends no further calls. */
  record EndManycall(InvocationId id) implements RoutingMessage {}

  /** Answer when no call is in progress here any more, or the patience is over. */
  record Drain(Duration patience) implements RoutingMessage {}

  /** Take no more calls here, and end those in progress: whoever waits for one is told. */
  record BreakOff() implements RoutingMessage {}

  /**
   * @param left calls that had not ended within the patience, or have been broken off
   */
  record Drained(int left) implements RoutingMessage {}
}
