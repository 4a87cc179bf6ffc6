package edge.starling.verticles.routing;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.RoutingMessage.Route;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way through this router: where it has been, where it is, and what may still be
 * done with it. Confined to the router's event loop.
 */
final class RoutedCall implements Call {

  /** How far a call has got at a node. */
  enum Stage {
    /** Sent: it may have started. */
    SENT,
    /** It waits there and has not started. */
    QUEUED,
    /** It waited there, asked, and was told to start. */
    CLAIMED
  }

  /** A call at a node. */
  static final class Attempt {
    final NodeId node;
    final long sentAt;
    Stage stage = Stage.SENT;

    private Attempt(NodeId node, long sentAt) {
      this.node = node;
      this.sentAt = sentAt;
    }
  }

  private final Route route;
  private final long arrivedAt;
  private final LongSupplier nanoTime;
  private final Consumer<Outcome> answer;
  private final List<Attempt> inFlight = new ArrayList<>(1);
  private final List<NodeId> tried = new ArrayList<>(1);
  private final Deque<NodeId> planned = new ArrayDeque<>(1);
  private @Nullable Refused lastRefusal;
  private @Nullable Outcome fallback;
  private long roomAt;
  private long allowedNanos;
  private boolean toldQueued;
  private boolean asked;
  private boolean ended;

  RoutedCall(Route route, LongSupplier nanoTime, Consumer<Outcome> answer) {
    this.route = route;
    this.nanoTime = nanoTime;
    this.arrivedAt = nanoTime.getAsLong();
    this.allowedNanos =
        route.remaining() == null ? Long.MAX_VALUE : Math.max(0, route.remaining().toNanos());
    this.answer = answer;
  }

  /** The call may take as long as its caller says, and at most this long, from its arrival. */
  void limitTo(Duration timeout) {
    allowedNanos = Math.min(allowedNanos, timeout.toNanos());
  }

  Route route() {
    return route;
  }

  @Override
  public InvocationId id() {
    return route.id();
  }

  @Override
  public FunctionName function() {
    return route.function();
  }

  @Override
  public Request request() {
    return route.request();
  }

  @Override
  public int hops() {
    return route.hops();
  }

  @Override
  public long remainingNanos() {
    return allowedNanos - (nanoTime.getAsLong() - arrivedAt);
  }

  Duration remaining() {
    return Duration.ofNanos(Math.max(0, remainingNanos()));
  }

  @Override
  public List<NodeId> tried() {
    return Collections.unmodifiableList(tried);
  }

  @Override
  public boolean hasAsked() {
    return asked;
  }

  void setAsked() {
    asked = true;
  }

  /** The peer that sent it. Only for external calls. */
  NodeId sender() {
    return route.visited().get(route.visited().size() - 1);
  }

  /** Whether the node has had the call, here or on its way here. */
  boolean hasVisited(NodeId node) {
    return tried.contains(node) || route.visited().contains(node);
  }

  /** The next node that the policy has named, in its order; null when there is none left. */
  @Nullable NodeId nextPlanned() {
    return planned.poll();
  }

  void plan(List<NodeId> nodes) {
    planned.addAll(nodes);
  }

  Attempt begin(NodeId node) {
    Attempt attempt = new Attempt(node, nanoTime.getAsLong());
    tried.add(node);
    inFlight.add(attempt);
    return attempt;
  }

  /**
   * Takes the attempt out.
   *
   * @return false when it had been taken out: then it is settled, and nothing is owed for it
   */
  boolean settle(Attempt attempt) {
    return inFlight.remove(attempt);
  }

  boolean hasInFlight() {
    return !inFlight.isEmpty();
  }

  List<Attempt> inFlight() {
    return List.copyOf(inFlight);
  }

  @Nullable Attempt at(NodeId node) {
    for (Attempt attempt : inFlight) {
      if (attempt.node.equals(node)) {
        return attempt;
      }
    }
    return null;
  }

  /**
   * Whether the call may run elsewhere although the attempt's node was lost: it had not started
   * there, or running it twice is the same as running it once.
   */
  boolean mayRunAgainAfter(Attempt attempt) {
    return attempt.stage == Stage.QUEUED || request().isIdempotent();
  }

  /**
   * Whether the sender thinks that the call waits here, and so may let it run elsewhere: then it
   * has to be claimed before anything else is done with it.
   */
  boolean hasToldQueued() {
    return toldQueued;
  }

  void setToldQueued(boolean told) {
    toldQueued = told;
  }

  void refused(Refused refusal) {
    long room = nanoTime.getAsLong() + refusal.retryAfter().toNanos();
    roomAt = lastRefusal == null || room - roomAt < 0 ? room : roomAt;
    lastRefusal = refusal;
  }

  /** Until the first of those that have refused has room, as they said. */
  Duration untilRoom() {
    return Duration.ofNanos(Math.max(0, roomAt - nanoTime.getAsLong()));
  }

  @Nullable Refused lastRefusal() {
    return lastRefusal;
  }

  /** What is answered when no other attempt of a race does better. */
  void fallBackTo(Outcome outcome) {
    fallback = outcome;
  }

  @Nullable Outcome fallback() {
    return fallback;
  }

  boolean hasEnded() {
    return ended;
  }

  /** Answers the caller, the first time that it is called. */
  void end(Outcome outcome) {
    if (!ended) {
      ended = true;
      answer.accept(outcome);
    }
  }
}
