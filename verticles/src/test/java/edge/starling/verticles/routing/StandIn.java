package edge.starling.verticles.routing;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodiesMessage.Keep;
import edge.starling.codecs.messages.BodiesMessage.Kept;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.IndexMessage.Announcements;
import edge.starling.codecs.messages.IndexMessage.Found;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.LoadMessage.AskLoads;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Response;
import edge.starling.codecs.messages.RoutingMessage.Claim;
import edge.starling.codecs.messages.RoutingMessage.ClaimAnswer;
import edge.starling.codecs.messages.RoutingMessage.Queued;
import edge.starling.verticles.Sample;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's invoker, index, load and bodies in one: does what the test says, and remembers what it
 * was asked. The test may read and set everything from its own thread.
 */
final class StandIn extends VerticleBase {
  final Queue<Invoke> invoked = new ConcurrentLinkedQueue<>();
  final Queue<InvocationId> cancelled = new ConcurrentLinkedQueue<>();
  final Queue<FunctionName> lookups = new ConcurrentLinkedQueue<>();
  final Queue<Keep> kept = new ConcurrentLinkedQueue<>();
  final Queue<String> released = new ConcurrentLinkedQueue<>();
  final Map<FunctionName, Description> provided = new ConcurrentHashMap<>();
  volatile long announcements;
  volatile Occupancy occupancy = Sample.IDLE;

  /** What the invoker does; at first it completes each call at once. */
  volatile Function<Invoke, Future<? extends Outcome>> invoker = this::complete;

  /** Bodies are put aside once this has completed. */
  volatile Future<Void> roomForBodies = Future.succeededFuture();

  /** What the index does; at first it answers from what the neighbourhood knows. */
  volatile Function<Lookup, Future<Found>> index;

  private final NodeId node;
  private final Neighbourhood neighbourhood;
  private @Nullable Bus bus;

  StandIn(NodeId node, Neighbourhood neighbourhood) {
    this.node = node;
    this.neighbourhood = neighbourhood;
    this.index = neighbourhood::found;
  }

  @Override
  public Future<?> start() {
    return Bus.open(vertx, node)
        .compose(
            opened -> {
              bus = opened;
              return Future.all(
                  List.of(
                      opened.serve(Addresses.INVOKE, this::invoke),
                      opened.serve(Addresses.LOOKUP, this::lookup),
                      opened.serve(Addresses.LIST_MEMBERS, asked -> members()),
                      opened.serve(Addresses.ANNOUNCEMENTS, asked -> announcements()),
                      opened.serve(
                          Addresses.PROBE,
                          asked -> Future.succeededFuture(report(announcements, State.NORMAL))),
                      opened.serve(Addresses.KEEP_BODY, this::keep),
                      opened.on(Addresses.RELEASE_BODY, body -> released.add(body.key())),
                      opened.on(Addresses.CANCEL_INVOCATION, call -> cancelled.add(call.id()))));
            });
  }

  // What the invoker may do with a call.

  Future<Outcome> complete(Invoke call) {
    return Future.succeededFuture(completed(call, "from " + node.name()));
  }

  Completed completed(Invoke call, String body) {
    return completed(call, Body.utf8(body));
  }

  Completed completed(Invoke call, Body body) {
    return new Completed(
        new Response(200, Headers.NONE, body),
        node,
        call.hops(),
        Duration.ZERO,
        Duration.ofMillis(1));
  }

  Future<Outcome> refuse(Reason reason) {
    return Future.succeededFuture(new Refused(reason, node, Sample.FULL, Duration.ofSeconds(1)));
  }

  Future<Outcome> fail(Failure failure, Invoke call) {
    return Future.succeededFuture(
        new Failed(failure, "at " + node.name(), node, call.hops(), Duration.ZERO));
  }

  /** Takes the call and is never heard of again. */
  static Future<Outcome> stayOut() {
    return Promise.<Outcome>promise().future();
  }

  /** Says that the call waits here. */
  void queue(Invoke call) {
    bus().tell(Addresses.QUEUED, node, new Queued(call.id(), node));
  }

  /** Asks whether the call that waited may start. */
  Future<Boolean> claim(InvocationId call) {
    return onContext(() -> bus().request(Addresses.CLAIM, new Claim(call, node)))
        .map(ClaimAnswer::granted);
  }

  /** Completes when the node's router has done what it was told before. */
  Future<?> awaitRouter() {
    return onContext(() -> bus().request(Addresses.LOADS, new AskLoads()));
  }

  private <T> Future<T> onContext(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(ignored -> work.get().onComplete(done));
    return done.future();
  }

  void after(Duration delay, Runnable work) {
    vertx.setTimer(Math.max(1, delay.toMillis()), timer -> work.run());
  }

  LoadReport report(long number, State state) {
    return new LoadReport(node, number, state, occupancy, Sample.SLOTS, List.of());
  }

  private Future<? extends Outcome> invoke(Invoke call) {
    invoked.add(call);
    return invoker.apply(call);
  }

  private Future<Found> lookup(Lookup asked) {
    lookups.add(asked.function());
    return index.apply(asked);
  }

  private Future<Members> members() {
    return Future.succeededFuture(new Members(neighbourhood.members()));
  }

  private Future<Announcements> announcements() {
    return Future.succeededFuture(
        new Announcements(node, announcements, List.copyOf(provided.values())));
  }

  private Future<Kept> keep(Keep body) {
    kept.add(body);
    BodyHandle handle = new BodyHandle(node, "body-" + kept.size(), body.bytes().length());
    return roomForBodies.map(new Kept(handle));
  }

  private Bus bus() {
    return Objects.requireNonNull(bus);
  }
}
