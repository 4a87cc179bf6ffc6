package edge.starling.verticles.routing;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.InvokerMessage.CancelInvocation;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.LoadMessage.AskLoads;
import edge.starling.codecs.messages.LoadMessage.Loads;
import edge.starling.codecs.messages.LoadMessage.Probe;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.RoutingMessage.Cancel;
import edge.starling.codecs.messages.RoutingMessage.Claim;
import edge.starling.codecs.messages.RoutingMessage.ClaimAnswer;
import edge.starling.codecs.messages.RoutingMessage.Drain;
import edge.starling.codecs.messages.RoutingMessage.Drained;
import edge.starling.codecs.messages.RoutingMessage.Queued;
import edge.starling.codecs.messages.RoutingMessage.Route;
import edge.starling.config.NodeConfig;
import edge.starling.verticles.routing.RoutedCall.Attempt;
import edge.starling.verticles.routing.RoutedCall.Stage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has calls served, here or elsewhere: asks the scheduling policy, sends, counts, and fails over
 * where a call may run again. Every call ends with exactly one outcome.
 */
public final class RoutingVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(RoutingVerticle.class);

  /** An answer may be on its way when a call's time is over. */
  private static final Duration GRACE = Duration.ofMillis(250);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final NodeId self;
  private final Duration indexPatience;
  private final SchedulingPolicy policy;
  private final MeterRegistry metrics;
  private final LongSupplier nanoTime = System::nanoTime;
  private final RoutingTable table = new RoutingTable(nanoTime);
  private final CallsInProgress<NodeId> inProgress = new CallsInProgress<>();
  private final Peers peers;
  private final LiveView view;
  private final Map<InvocationId, RoutedCall> calls = new HashMap<>();
  private final Counter forwarded;
  private final Counter refusals;
  private final Counter losses;
  private @Nullable Bus bus;
  private @Nullable ClusterClient cluster;
  private @Nullable BodiesClient bodies;
  private @Nullable Promise<Drained> drained;

  public RoutingVerticle(NodeId self, NodeConfig config, MeterRegistry metrics) {
    this.self = self;
    this.indexPatience = config.index().patience();
    this.metrics = metrics;
    this.policy =
        Policies.find()
            .named(config.routing().policy())
            .create(new PolicyContext(nanoTime, RandomGenerator.getDefault()));
    this.peers = new Peers(config.load().suspectAfter(), nanoTime);
    this.view =
        new LiveView(
            self, config.routing().hops(), config.invoker().slots(), table, peers, inProgress);
    this.forwarded = metrics.counter("starling.routing.forwarded");
    this.refusals = metrics.counter("starling.routing.refusals");
    this.losses = metrics.counter("starling.routing.losses");
  }

  @Override
  public Future<?> start() {
    Gauge.builder("starling.routing.calls", calls, Map::size).register(metrics);
    Gauge.builder("starling.routing.in.progress", inProgress, CallsInProgress::total)
        .register(metrics);
    inProgress.add(self);
    return Bus.open(vertx, self)
        .compose(
            opened -> {
              bus = opened;
              cluster = new ClusterClient(opened, vertx, table, peers, inProgress, indexPatience);
              bodies = new BodiesClient(opened);
              return Future.all(
                  List.of(
                      opened.serve(Addresses.ROUTE, this::route),
                      opened.serve(Addresses.CLAIM, this::claim),
                      opened.serve(Addresses.DRAIN, this::drain),
                      opened.serve(Addresses.LOADS, this::loads),
                      opened.on(Addresses.CANCEL, this::cancel),
                      opened.on(Addresses.QUEUED, this::queued),
                      cluster().start()));
            });
  }

  // A call from its arrival to its outcome.

  private Future<Outcome> route(Route message) {
    Promise<Outcome> answer = Promise.promise();
    RoutedCall call = new RoutedCall(message, nanoTime, answer::complete);
    if (calls.putIfAbsent(message.id(), call) != null) {
      return Future.succeededFuture(failed(Failure.CANCELLED, "this call is here already", call));
    }
    RoutingTable.Route route = table.find(message.function());
    if (route != null && !route.providers().isEmpty()) {
      begin(call, route);
    } else if (table.hasMissed(message.function())) {
      end(call, route == null ? unknown(call) : noProvider());
    } else {
      cluster()
          .lookup(message.function())
          .onSuccess(found -> lookedUp(call))
          .onFailure(silence -> end(call, refusal(Reason.INDEX_SILENT)));
    }
    return call.hops() == 0 ? answer.future() : answer.future().compose(bodies()::portable);
  }

  private void lookedUp(RoutedCall call) {
    RoutingTable.Route route = table.find(call.function());
    if (route == null) {
      end(call, unknown(call));
    } else {
      begin(call, route);
    }
  }

  private void begin(RoutedCall call, RoutingTable.Route route) {
    call.limitTo(route.timeout());
    next(call);
  }

  private void next(RoutedCall call) {
    if (call.hasEnded() || call.hasInFlight()) {
      return;
    }
    Outcome fallback = call.fallback();
    if (fallback != null) {
      end(call, fallback);
    } else if (call.remainingNanos() <= 0) {
      end(call, failed(Failure.DEADLINE, "the call's time is over", call));
    } else if (call.hasToldQueued()) {
      claimBack(call);
    } else if (!sendPlanned(call)) {
      carryOut(decide(call), call);
    }
  }

  /** The sender may give a call that waits here to somebody else, so it is asked before we do. */
  private void claimBack(RoutedCall call) {
    bus()
        .request(Addresses.CLAIM, call.sender(), new Claim(call.id(), self))
        .onComplete(
            answer -> {
              if (answer.succeeded() && answer.result().granted()) {
                call.setToldQueued(false);
                next(call);
              } else {
                end(call, failed(Failure.CANCELLED, "the sender has not claimed it", call));
              }
            });
  }

  private void observe(Event event) {
    try {
      policy.observe(event);
    } catch (RuntimeException e) {
      LOG.error("the scheduling policy failed to hear of an event", e);
    }
  }

  private Decision decide(RoutedCall call) {
    try {
      return policy.decide(call, view);
    } catch (RuntimeException e) {
      LOG.error("the scheduling policy failed; the call is rejected", e);
      return Decision.REJECT;
    }
  }

  private void carryOut(Decision decision, RoutedCall call) {
    if (decision instanceof Decision.Here) {
      sendIfCandidate(call, self);
    } else if (decision instanceof Decision.Forward forward) {
      call.plan(forward.inOrder());
      sendPlanned(call);
    } else if (decision instanceof Decision.Race race) {
      race.nodes().forEach(node -> sendIfCandidate(call, node));
    } else if (decision instanceof Decision.Ask ask && !call.hasAsked()) {
      ask(call, ask);
      return;
    }
    if (!call.hasInFlight() && !call.hasEnded()) {
      end(call, rejection(call));
    }
  }

  private boolean sendPlanned(RoutedCall call) {
    for (NodeId node = call.nextPlanned(); node != null; node = call.nextPlanned()) {
      if (sendIfCandidate(call, node)) {
        return true;
      }
    }
    return false;
  }

  private boolean sendIfCandidate(RoutedCall call, NodeId node) {
    if (!view.isCandidate(node, call)) {
      return false;
    }
    Attempt attempt = call.begin(node);
    inProgress.acquire(node);
    observe(new Event.Sent(call, node));
    (node.equals(self) ? runHere(call) : forward(call, node))
        .onComplete(
            answer -> {
              if (call.settle(attempt)) {
                inProgress.release(node);
                settled(call, attempt, answer.result(), answer.cause());
              }
            });
    return true;
  }

  private Future<Outcome> runHere(RoutedCall call) {
    Duration remaining = call.remaining();
    return bus()
        .request(
            Addresses.INVOKE,
            self,
            new Invoke(call.id(), call.function(), call.request(), remaining, call.hops()),
            remaining.plus(GRACE));
  }

  private Future<Outcome> forward(RoutedCall call, NodeId node) {
    forwarded.increment();
    return bodies()
        .portable(call)
        .compose(
            request -> {
              if (call.hasEnded()) {
                return Future.failedFuture(
                    new BusError(BusError.Code.NOT_WRITTEN, "the call has ended"));
              }
              Duration remaining = call.remaining();
              return bus()
                  .request(
                      Addresses.ROUTE,
                      node,
                      new Route(call.id(), call.function(), request, remaining, pathOf(call)),
                      remaining.plus(GRACE));
            });
  }

  private List<NodeId> pathOf(RoutedCall call) {
    if (call.hops() == 0) {
      return List.of(self);
    }
    List<NodeId> path = new ArrayList<>(call.route().visited());
    path.add(self);
    return path;
  }

  private void settled(
      RoutedCall call, Attempt attempt, @Nullable Outcome outcome, @Nullable Throwable error) {
    if (outcome instanceof Completed completed) {
      Duration took = Duration.ofNanos(nanoTime.getAsLong() - attempt.sentAt);
      observe(new Event.Completed(call, attempt.node, took, completed.response().status()));
      end(call, completed);
    } else if (outcome instanceof Refused refused) {
      refused(call, attempt, refused);
    } else if (outcome instanceof Failed failed) {
      failed(call, attempt, failed);
    } else {
      lost(call, attempt, Objects.requireNonNull(error));
    }
  }

  private void refused(RoutedCall call, Attempt attempt, Refused refusal) {
    refusals.increment();
    call.refused(refusal);
    if (refusal.reason() == Reason.NOT_PROVIDED) {
      table.remove(refusal.by(), call.function());
    } else {
      peers.refused(refusal.by(), refusal.occupancy());
    }
    observe(new Event.Refused(call, attempt.node, refusal.occupancy()));
    next(call);
  }

  private void failed(RoutedCall call, Attempt attempt, Failed failure) {
    observe(new Event.Lost(call, attempt.node));
    if (!mayRunAgain(call, failure)) {
      call.fallBackTo(failure);
    }
    next(call);
  }

  private static boolean mayRunAgain(RoutedCall call, Failed failure) {
    return switch (failure.failure()) {
      // Nobody here has cancelled it, so it was dropped there before it started.
      case CANCELLED -> true;
      case PROVIDER_LOST -> call.request().isIdempotent();
      default -> false;
    };
  }

  private void lost(RoutedCall call, Attempt attempt, Throwable error) {
    losses.increment();
    observe(new Event.Lost(call, attempt.node));
    boolean surelyNotTaken = error instanceof BusError bus && bus.isSurelyNotTaken();
    if (!surelyNotTaken && call.remainingNanos() <= 0) {
      tellCancelled(call, attempt);
      call.fallBackTo(failed(Failure.DEADLINE, "the call's time is over", call));
    } else if (!surelyNotTaken && !call.mayRunAgainAfter(attempt)) {
      call.fallBackTo(
          failed(
              Failure.PROVIDER_LOST,
              attempt.node.name() + " was lost while it had the call: " + error.getMessage(),
              call));
    }
    next(call);
  }

  private void end(RoutedCall call, Outcome outcome) {
    calls.remove(call.id(), call);
    for (Attempt attempt : call.inFlight()) {
      call.settle(attempt);
      inProgress.release(attempt.node);
      tellCancelled(call, attempt);
    }
    bodies().release(call);
    call.end(outcome);
    finishDraining();
  }

  // What the invoker, the sender and the client say of a call under way.

  private void queued(Queued message) {
    RoutedCall call = calls.get(message.id());
    Attempt attempt = call == null ? null : call.at(message.at());
    if (call != null && attempt != null && attempt.stage == Stage.SENT) {
      attempt.stage = Stage.QUEUED;
      if (call.isExternal()) {
        call.setToldQueued(true);
        bus().tell(Addresses.QUEUED, call.sender(), new Queued(call.id(), self));
      }
    }
  }

  private Future<ClaimAnswer> claim(Claim message) {
    RoutedCall call = calls.get(message.id());
    Attempt attempt = call == null ? null : call.at(message.by());
    if (call == null || attempt == null || call.remainingNanos() <= 0) {
      return Future.succeededFuture(new ClaimAnswer(false));
    }
    if (!call.isExternal()) {
      return Future.succeededFuture(granted(call, attempt));
    }
    return bus()
        .request(Addresses.CLAIM, call.sender(), new Claim(call.id(), self))
        .map(
            answer ->
                answer.granted() && call.at(message.by()) == attempt
                    ? granted(call, attempt)
                    : new ClaimAnswer(false))
        .otherwise(new ClaimAnswer(false));
  }

  private ClaimAnswer granted(RoutedCall call, Attempt attempt) {
    attempt.stage = Stage.CLAIMED;
    call.setToldQueued(false);
    observe(new Event.Started(call, attempt.node));
    return new ClaimAnswer(true);
  }

  private void cancel(Cancel message) {
    RoutedCall call = calls.get(message.id());
    if (call != null) {
      end(call, failed(Failure.CANCELLED, "the caller has gone", call));
    }
  }

  private void tellCancelled(RoutedCall call, Attempt attempt) {
    if (attempt.node.equals(self)) {
      bus().tell(Addresses.CANCEL_INVOCATION, self, new CancelInvocation(call.id()));
    } else {
      bus().tell(Addresses.CANCEL, attempt.node, new Cancel(call.id()));
    }
  }

  private void ask(RoutedCall call, Decision.Ask ask) {
    call.setAsked();
    Future.join(
            ask.nodes().stream()
                .map(
                    node ->
                        bus()
                            .request(Addresses.PROBE, node, new Probe(), ask.patience())
                            .onSuccess(cluster()::reported))
                .toList())
        .onComplete(asked -> next(call));
  }

  private Future<Loads> loads(AskLoads request) {
    return Future.succeededFuture(new Loads(peers.reports()));
  }

  // Leaving.

  private Future<Drained> drain(Drain request) {
    view.startDraining();
    Promise<Drained> promise = Promise.promise();
    drained = promise;
    vertx.setTimer(
        Math.max(1, request.patience().toMillis()),
        over -> promise.tryComplete(new Drained(calls.size())));
    finishDraining();
    return promise.future();
  }

  private void finishDraining() {
    if (drained != null && calls.isEmpty()) {
      drained.tryComplete(new Drained(0));
    }
  }

  // Outcomes that the router itself has to tell.

  private Outcome rejection(RoutedCall call) {
    Refused last = call.lastRefusal();
    if (last != null) {
      return last;
    }
    RoutingTable.Route route = table.find(call.function());
    boolean provided = route != null && !route.providers().isEmpty();
    return provided && call.isExternal() ? refusal(Reason.HOP_LIMIT) : noProvider();
  }

  private Outcome noProvider() {
    return refusal(Reason.NO_PROVIDER);
  }

  private Refused refusal(Reason reason) {
    return new Refused(reason, self, peers.occupancy(self), RETRY_AFTER);
  }

  private Outcome unknown(RoutedCall call) {
    return failed(
        Failure.UNKNOWN_FUNCTION, "there is no function " + call.function().shortest(), call);
  }

  private Failed failed(Failure failure, String detail, RoutedCall call) {
    return new Failed(failure, detail, self, call.hops(), Duration.ZERO);
  }

  private Bus bus() {
    return Objects.requireNonNull(bus, "not started");
  }

  private ClusterClient cluster() {
    return Objects.requireNonNull(cluster, "not started");
  }

  private BodiesClient bodies() {
    return Objects.requireNonNull(bodies, "not started");
  }
}
