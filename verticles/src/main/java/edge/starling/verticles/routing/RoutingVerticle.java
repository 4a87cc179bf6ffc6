package edge.starling.verticles.routing;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.ConfigurationMessage.ConfigurationChanged;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.LoadMessage.AskLoads;
import edge.starling.codecs.messages.LoadMessage.Duty;
import edge.starling.codecs.messages.LoadMessage.DutyNow;
import edge.starling.codecs.messages.LoadMessage.Loads;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.RoutingMessage.Arrivals;
import edge.starling.codecs.messages.RoutingMessage.AskArrivals;
import edge.starling.codecs.messages.RoutingMessage.BeginManycall;
import edge.starling.codecs.messages.RoutingMessage.BreakOff;
import edge.starling.codecs.messages.RoutingMessage.Cancel;
import edge.starling.codecs.messages.RoutingMessage.CheckPolicy;
import edge.starling.codecs.messages.RoutingMessage.Claim;
import edge.starling.codecs.messages.RoutingMessage.ClaimAnswer;
import edge.starling.codecs.messages.RoutingMessage.Drain;
import edge.starling.codecs.messages.RoutingMessage.Drained;
import edge.starling.codecs.messages.RoutingMessage.ManycallBegun;
import edge.starling.codecs.messages.RoutingMessage.PolicyChecked;
import edge.starling.codecs.messages.RoutingMessage.Pong;
import edge.starling.codecs.messages.RoutingMessage.Queued;
import edge.starling.codecs.messages.RoutingMessage.Route;
import edge.starling.config.ConfigLoader;
import edge.starling.config.LoadConfig;
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
import java.util.Set;
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

  /** No timer has this number; the first one has 0. */
  private static final long NO_TIMER = -1;

  /** So often within load.suspect-after. */
  private static final int WATCHES = 8;

  private final NodeId self;
  private final PolicyBook policies;
  private final MeterRegistry metrics;
  private final LongSupplier nanoTime = System::nanoTime;
  private final RoutingTable table = new RoutingTable(nanoTime);
  private final CallsInProgress<NodeId> inProgress = new CallsInProgress<>();
  private final RunningManycalls manycalls = new RunningManycalls(inProgress);
  private final Peers peers;
  private final Standstill standstill;
  private final ArrivalCounts arrivals = new ArrivalCounts(nanoTime);
  private final LiveView view;
  private final OwnOutcomes outcomes;
  private final Map<InvocationId, RoutedCall> calls = new HashMap<>();
  private final Counter refusals;
  private final Counter losses;
  private final Counter moves;
  private final Counter standstills;
  private @Nullable ClusterClient cluster;
  private @Nullable BodiesClient bodies;
  private @Nullable CallClient client;
  private final List<Promise<Drained>> drains = new ArrayList<>();
  private NodeConfig config;
  private long watchTimer = NO_TIMER;
  private long pingTimer = NO_TIMER;
  private boolean stopping;

  public RoutingVerticle(NodeId self, NodeConfig config, MeterRegistry metrics) {
    this.self = self;
    this.config = config;
    this.metrics = metrics;
    this.policies = new PolicyBook(config, nanoTime, RandomGenerator.getDefault());
    this.peers = new Peers(config.load().suspectAfter(), nanoTime);
    this.standstill = new Standstill(config.load().suspectAfter(), nanoTime);
    this.view = new LiveView(self, table, peers, inProgress);
    view.setLimits(config.routing().hops(), config.invoker().slots());
    this.outcomes = new OwnOutcomes(self, table, peers);
    this.refusals = metrics.counter("starling.routing.refusals");
    this.losses = metrics.counter("starling.routing.losses");
    this.moves = metrics.counter("starling.routing.moves");
    this.standstills = metrics.counter("starling.routing.standstills");
  }

  @Override
  public Future<?> start() {
    Gauge.builder("starling.routing.calls", calls, Map::size).register(metrics);
    Gauge.builder("starling.routing.in.progress", inProgress, CallsInProgress::total)
        .register(metrics);
    inProgress.need(self);
    return Bus.open(vertx, self)
        .compose(
            bus -> {
              cluster =
                  new ClusterClient(
                      bus, vertx, table, peers, inProgress, config.index().patience(), nanoTime);
              bodies = new BodiesClient(bus);
              client = new CallClient(bus, bodies, metrics.counter("starling.routing.forwarded"));
              keepTime();
              return Future.all(
                  List.of(
                      bus.serve(Addresses.ROUTE, this::route),
                      bus.serve(Addresses.BEGIN_MANYCALL, this::beginManycall),
                      bus.on(Addresses.END_MANYCALL, end -> manycalls.end(end.id())),
                      bus.on(Addresses.PEER_LOST, lost -> manycalls.lost(lost.node())),
                      bus.serve(Addresses.CLAIM, this::claim),
                      bus.on(Addresses.DUTY_CHANGED, this::dutyChanged),
                      bus.serve(Addresses.DRAIN, this::drain),
                      bus.serve(Addresses.BREAK_OFF, this::breakOff),
                      bus.serve(Addresses.LOADS, this::loads),
                      bus.serve(Addresses.ARRIVALS, this::arrivals),
                      bus.serve(Addresses.PING, ping -> Future.succeededFuture(new Pong())),
                      bus.serve(Addresses.CHECK_POLICY, this::checkPolicy),
                      bus.on(Addresses.CONFIGURATION_CHANGED, this::configurationChanged),
                      bus.on(Addresses.CANCEL, this::cancel),
                      bus.on(Addresses.QUEUED, this::queued),
                      cluster().start()));
            });
  }

  // Settings, at the start and whenever they change.

  private void configurationChanged(ConfigurationChanged news) {
    NodeConfig changed = ConfigLoader.load(null, Map.of(), news.assignments());
    policies.use(changed);
    view.setLimits(changed.routing().hops(), changed.invoker().slots());
    LoadConfig before = config.load();
    config = changed;
    // timers that began anew with every change of something else might never fire
    if (!before.equals(changed.load())) {
      keepTime();
    }
  }

  private void keepTime() {
    Duration suspectAfter = config.load().suspectAfter();
    peers.setSuspectAfter(suspectAfter);
    standstill.setTolerance(suspectAfter);
    vertx.cancelTimer(watchTimer);
    watchTimer = vertx.setPeriodic(Math.max(1, suspectAfter.toMillis() / WATCHES), tick -> watch());
    vertx.cancelTimer(pingTimer);
    pingTimer =
        vertx.setPeriodic(config.load().updateInterval().toMillis(), tick -> cluster().pingAll());
  }

  private Future<PolicyChecked> checkPolicy(CheckPolicy request) {
    return Future.succeededFuture(
        new PolicyChecked(policies.problem(request.key(), request.policy())));
  }

  // A call from its arrival to its outcome.

  private Future<Outcome> route(Route message) {
    Promise<Outcome> answer = Promise.promise();
    RoutedCall call = new RoutedCall(message, nanoTime, answer::complete);
    if (stopping) {
      return Future.succeededFuture(outcomes.refusal(Reason.DRAINING));
    }
    if (call.isExternal() && isDoubtful(call)) {
      return Future.succeededFuture(outcomes.refusal(Reason.STOOD_STILL));
    }
    if (calls.putIfAbsent(message.id(), call) != null) {
      return Future.succeededFuture(
          outcomes.failed(Failure.CANCELLED, "this call is here already", call));
    }
    RoutingTable.Route route = table.find(message.function());
    if (route != null && !route.providers().isEmpty()) {
      begin(call, route);
    } else if (table.hasMissed(message.function())) {
      end(call, route == null ? outcomes.unknown(call) : outcomes.refusal(Reason.NO_PROVIDER));
    } else {
      cluster()
          .lookup(message.function())
          .onSuccess(found -> lookedUp(call))
          .onFailure(silence -> end(call, outcomes.refusal(Reason.INDEX_SILENT)));
    }
    return call.hops() == 0
        ? answer.future()
        : answer.future().compose(outcome -> bodies().portable(outcome, call));
  }

  private SchedulingPolicy policyOf(RoutedCall call) {
    RoutingTable.Route route = table.find(call.function());
    return policies.of(call, call.route().item(), route == null ? null : route.policy());
  }

  private Future<ManycallBegun> beginManycall(BeginManycall request) {
    RoutingTable.Route known = table.find(request.function());
    Future<?> looked =
        known != null && !known.providers().isEmpty()
            ? Future.succeededFuture()
            : cluster().lookup(request.function());
    return looked.map(
        found -> {
          RoutingTable.Route route = table.find(request.function());
          if (route == null) {
            return new ManycallBegun(null);
          }
          manycalls.begin(request.id(), route.providers());
          return new ManycallBegun(route.timeout());
        });
  }

  private void lookedUp(RoutedCall call) {
    RoutingTable.Route route = table.find(call.function());
    if (route == null) {
      end(call, outcomes.unknown(call));
    } else {
      begin(call, route);
    }
  }

  private void begin(RoutedCall call, RoutingTable.Route route) {
    call.limitTo(route.timeout());
    if (!call.isExternal() && route.providers().contains(self)) {
      arrivals.count(call.function());
    }
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
      end(call, outcomes.timeIsOver(call));
    } else if (call.hasToldQueued()) {
      claimBack(call);
    } else if (!sendPlanned(call)) {
      carryOut(policyOf(call).decide(call, view), call);
    }
  }

  /** The sender may give a call that waits here to somebody else, so it is asked before we do. */
  private void claimBack(RoutedCall call) {
    client()
        .claim(call)
        .onSuccess(
            granted -> {
              if (granted) {
                call.setToldQueued(false);
                next(call);
              } else {
                end(
                    call,
                    outcomes.failed(Failure.CANCELLED, "the sender has not claimed it", call));
              }
            });
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
      end(call, outcomes.rejection(call, !view.candidates(call).isEmpty()));
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
    policyOf(call).observe(new Event.Sent(call, node));
    client()
        .send(call, node)
        .onComplete(
            answer -> {
              if (call.settle(attempt)) {
                inProgress.release(node);
                settled(call, attempt, answer.result(), answer.cause());
              }
            });
    return true;
  }

  private void settled(
      RoutedCall call, Attempt attempt, @Nullable Outcome outcome, @Nullable Throwable error) {
    if (outcome instanceof Completed completed) {
      Duration took = Duration.ofNanos(nanoTime.getAsLong() - attempt.sentAt);
      policyOf(call)
          .observe(new Event.Completed(call, attempt.node, took, completed.response().status()));
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
      peers.refused(call.function(), refusal);
    }
    policyOf(call).observe(new Event.Refused(call, attempt.node, refusal.occupancy()));
    next(call);
  }

  private void failed(RoutedCall call, Attempt attempt, Failed failure) {
    policyOf(call).observe(new Event.Lost(call, attempt.node));
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
    policyOf(call).observe(new Event.Lost(call, attempt.node));
    boolean surelyNotTaken = error instanceof BusError fault && fault.isSurelyNotTaken();
    if (!surelyNotTaken && call.remainingNanos() <= 0) {
      client().cancel(call, attempt.node);
      call.fallBackTo(outcomes.timeIsOver(call));
    } else if (!surelyNotTaken && !call.mayRunAgainAfter(attempt)) {
      call.fallBackTo(
          outcomes.failed(
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
      client().cancel(call, attempt.node);
    }
    bodies().release(call);
    call.end(outcome);
    finishDraining();
  }

  // What others say of a call under way.

  private void queued(Queued message) {
    RoutedCall call = calls.get(message.id());
    Attempt attempt = call == null ? null : call.at(message.at());
    if (call != null && attempt != null && attempt.stage == Stage.SENT) {
      attempt.stage = Stage.QUEUED;
      if (call.isExternal()) {
        call.setToldQueued(true);
        client().tellQueued(call);
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
    return client()
        .claim(call)
        .map(
            wanted ->
                wanted && call.at(message.by()) == attempt
                    ? granted(call, attempt)
                    : new ClaimAnswer(false));
  }

  private ClaimAnswer granted(RoutedCall call, Attempt attempt) {
    attempt.stage = Stage.CLAIMED;
    call.setToldQueued(false);
    policyOf(call).observe(new Event.Started(call, attempt.node));
    return new ClaimAnswer(true);
  }

  private void cancel(Cancel message) {
    RoutedCall call = calls.get(message.id());
    if (call != null) {
      end(call, outcomes.failed(Failure.CANCELLED, "the caller has gone", call));
    }
  }

  private void ask(RoutedCall call, Decision.Ask ask) {
    call.setAsked();
    cluster().probe(ask.nodes(), ask.patience()).onComplete(asked -> next(call));
  }

  private Future<Loads> loads(AskLoads request) {
    return Future.succeededFuture(
        new Loads(peers.reports(), List.copyOf(peers.suspects()), peers.distances()));
  }

  private Future<Arrivals> arrivals(AskArrivals request) {
    return Future.succeededFuture(new Arrivals(arrivals.lately()));
  }

  // Silence: of peers, and of this node.

  private void watch() {
    noticeStandstill();
    Set<NodeId> suspects = peers.suspects();
    if (!suspects.isEmpty()) {
      List.copyOf(calls.values()).forEach(call -> moveFrom(suspects, call));
    }
  }

  /** A call that may run again goes elsewhere, where it can; any other waits for its time. */
  private void moveFrom(Set<NodeId> suspects, RoutedCall call) {
    for (Attempt attempt : call.inFlight()) {
      if (suspects.contains(attempt.node)
          && call.mayRunAgainAfter(attempt)
          && !view.candidates(call).isEmpty()
          && call.settle(attempt)) {
        moves.increment();
        inProgress.release(attempt.node);
        policyOf(call).observe(new Event.Lost(call, attempt.node));
        client().cancel(call, attempt.node);
        next(call);
      }
    }
  }

  private boolean isDoubtful(RoutedCall call) {
    noticeStandstill();
    return standstill.doubts(call.sender());
  }

  private void noticeStandstill() {
    if (standstill.move()) {
      Set<NodeId> members = peers.members();
      standstill.doubt(members);
      standstills.increment();
      LOG.warn("{} stood still for longer than load.suspect-after", self);
      peers.excuseSilence();
      members.forEach(peer -> cluster().meetAgain(peer, () -> standstill.believe(peer)));
    }
  }

  // Leaving.

  private void dutyChanged(DutyNow now) {
    view.setRunsNothing(now.duty() != Duty.ACTIVE);
  }

  private Future<Drained> drain(Drain request) {
    Promise<Drained> promise = Promise.promise();
    drains.add(promise);
    vertx.setTimer(
        Math.max(1, request.patience().toMillis()),
        over -> {
          drains.remove(promise);
          promise.tryComplete(new Drained(calls.size()));
        });
    finishDraining();
    return promise.future();
  }

  private Future<Drained> breakOff(BreakOff request) {
    stopping = true;
    view.setRunsNothing(true);
    List<RoutedCall> left = List.copyOf(calls.values());
    left.forEach(call -> end(call, outcomes.brokenOff(call)));
    return Future.succeededFuture(new Drained(left.size()));
  }

  private void finishDraining() {
    if (calls.isEmpty()) {
      drains.forEach(drain -> drain.tryComplete(new Drained(0)));
    }
  }

  private ClusterClient cluster() {
    return Objects.requireNonNull(cluster, "not started");
  }

  private CallClient client() {
    return Objects.requireNonNull(client, "not started");
  }

  private BodiesClient bodies() {
    return Objects.requireNonNull(bodies, "not started");
  }
}
