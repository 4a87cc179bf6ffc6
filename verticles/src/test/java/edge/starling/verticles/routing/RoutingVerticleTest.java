package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.D;
import static edge.starling.verticles.Sample.FULL;
import static edge.starling.verticles.Sample.HELLO;
import static edge.starling.verticles.Sample.description;
import static edge.starling.verticles.Sample.get;
import static edge.starling.verticles.Sample.hello;
import static edge.starling.verticles.Sample.post;
import static edge.starling.verticles.routing.Neighbourhood.await;
import static edge.starling.verticles.routing.Neighbourhood.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.IndexMessage.Announced;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Found;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.LoadMessage.AskLoads;
import edge.starling.codecs.messages.LoadMessage.Duty;
import edge.starling.codecs.messages.LoadMessage.DutyNow;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.RoutingMessage.BreakOff;
import edge.starling.codecs.messages.RoutingMessage.Cancel;
import edge.starling.codecs.messages.RoutingMessage.Claim;
import edge.starling.codecs.messages.RoutingMessage.ClaimAnswer;
import edge.starling.codecs.messages.RoutingMessage.Drain;
import edge.starling.codecs.messages.RoutingMessage.Drained;
import edge.starling.codecs.messages.RoutingMessage.Queued;
import edge.starling.codecs.messages.RoutingMessage.Route;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingVerticleTest {
  private Neighbourhood nodes;

  @BeforeAll
  static void looksOften() {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
  }

  @AfterEach
  void leavesNothingBehind() {
    try {
      nodes.assertQuiet();
    } finally {
      nodes.close();
    }
  }

  // Where a call runs.

  @Test
  void runsACallHereWhileASlotIsFree() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A, B);

    Completed outcome = completed(nodes.callAndWait(A, post("x")));

    assertThat(outcome.servedBy()).isEqualTo(A);
    assertThat(outcome.hops()).isZero();
    assertThat(nodes.at(B).invoked).isEmpty();
  }

  @Test
  void forwardsToThePeerThatProvides() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), B);

    Completed outcome = completed(nodes.callAndWait(A, post("x")));

    assertThat(outcome.servedBy()).isEqualTo(B);
    assertThat(outcome.hops()).isEqualTo(1);
    Invoke arrived = nodes.at(B).invoked.element();
    assertThat(arrived.request()).isEqualTo(post("x"));
    assertThat(arrived.remaining()).isPositive().isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void tellsThePeerWhereTheCallHasBeen() {
    nodes = Neighbourhood.of("routing.hops=2");
    Queue<Route> forwarded = peerRouter(D, call -> StandIn.stayOut());
    nodes.index(hello(1), D);
    Route call = route(post("x"), Duration.ofSeconds(5), C);

    Future<Outcome> outcome = nodes.send(B, call);
    await().until(() -> !forwarded.isEmpty());

    assertThat(forwarded.element().visited()).containsExactly(C, B);
    assertThat(forwarded.element().id()).isEqualTo(call.id());
    assertThat(forwarded.element().remaining()).isLessThan(Duration.ofSeconds(5));
    nodes.lose(D);
    assertThat(failed(await(outcome)).failure()).isEqualTo(Failure.PROVIDER_LOST);
  }

  @Test
  void theFunctionsOwnTimeLimitsACall() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A);

    await(nodes.send(A, route(post("x"), null)));
    await(nodes.send(A, route(post("x"), Duration.ofHours(1))));

    assertThat(nodes.at(A).invoked)
        .allSatisfy(
            call -> assertThat(call.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(10)));
  }

  @Test
  void neverSendsACallWhereItHasBeen() {
    nodes = Neighbourhood.of("routing.hops=3");
    nodes.index(hello(1), A, B, C);
    nodes.at(B).invoker = call -> nodes.at(B).refuse(Reason.QUEUE_FULL);
    nodes.at(C).invoker = call -> nodes.at(C).refuse(Reason.QUEUE_FULL);

    Outcome outcome = await(nodes.send(B, route(post("x"), Duration.ofSeconds(5), A)));

    assertThat(refused(outcome).reason()).isEqualTo(Reason.QUEUE_FULL);
    assertThat(nodes.at(A).invoked).isEmpty();
    assertThat(nodes.at(B).invoked).hasSize(1);
    assertThat(nodes.at(C).invoked).hasSize(1);
  }

  @Test
  void doesNotForwardBeyondTheHopLimit() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), C);

    Outcome outcome = await(nodes.send(B, route(post("x"), Duration.ofSeconds(5), A)));

    assertThat(refused(outcome).reason()).isEqualTo(Reason.HOP_LIMIT);
    assertThat(nodes.at(C).invoked).isEmpty();
  }

  @Test
  void forwardsAgainWithinTheHopLimit() {
    nodes = Neighbourhood.of("routing.hops=2");
    nodes.index(hello(1), C);

    Completed outcome = completed(await(nodes.send(B, route(post("x"), Duration.ofSeconds(5), A))));

    assertThat(outcome.servedBy()).isEqualTo(C);
    assertThat(outcome.hops()).isEqualTo(2);
  }

  @Test
  void asksThePeersForTheirLoadWhenThePolicyWants() {
    nodes = Neighbourhood.of("routing.policy=asks-first");
    nodes.index(hello(1), B, C);
    nodes.at(B).occupancy = FULL;

    assertThat(completed(nodes.callAndWait(A, post("x"))).servedBy()).isEqualTo(C);
  }

  @Test
  void aCallThatIsHereAlreadyIsNotTakenTwice() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A);
    Promise<Outcome> end = Promise.promise();
    nodes.at(A).invoker = call -> end.future();
    Route call = route(post("x"), Duration.ofSeconds(5));

    Future<Outcome> first = nodes.send(A, call);
    Outcome second = await(nodes.send(A, call));

    assertThat(failed(second).failure()).isEqualTo(Failure.CANCELLED);
    await().until(() -> !nodes.at(A).invoked.isEmpty());
    end.complete(nodes.at(A).completed(nodes.at(A).invoked.element(), "once"));
    assertThat(completed(await(first)).servedBy()).isEqualTo(A);
    assertThat(nodes.at(A).invoked).hasSize(1);
  }

  // Refusals.

  @Test
  void triesTheNextNodeAfterARefusal() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A, B);
    nodes.at(A).invoker = call -> nodes.at(A).refuse(Reason.QUEUE_FULL);

    assertThat(completed(nodes.callAndWait(A, post("x"))).servedBy()).isEqualTo(B);
  }

  @Test
  void answersTheLastRefusalWhenAllRefuse() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A, B, C);
    for (NodeId node : List.of(A, B, C)) {
      nodes.at(node).invoker = call -> nodes.at(node).refuse(Reason.QUEUE_FULL);
    }

    Refused outcome = refused(nodes.callAndWait(A, post("x")));

    assertThat(outcome.reason()).isEqualTo(Reason.QUEUE_FULL);
    assertThat(outcome.by()).isIn(B, C);
    assertThat(outcome.occupancy()).isEqualTo(FULL);
    assertThat(nodes.at(A).invoked).hasSize(1);
    assertThat(nodes.at(B).invoked).hasSize(1);
    assertThat(nodes.at(C).invoked).hasSize(1);
  }

  @Test
  void whoDoesNotProvideIsNotAskedAgain() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A, B);
    nodes.at(A).invoker = call -> nodes.at(A).refuse(Reason.NOT_PROVIDED);

    nodes.callAndWait(A, post("x"));
    nodes.callAndWait(A, post("x"));

    assertThat(nodes.at(A).invoked).hasSize(1);
    assertThat(nodes.at(B).invoked).hasSize(2);
  }

  @Test
  void onlyTheNodeThatDoesNotProvideLosesItsPlaceAsProvider() {
    nodes = Neighbourhood.of("routing.hops=2");
    nodes.index(hello(1), B, C);
    nodes.at(B).invoker = call -> nodes.at(B).refuse(Reason.QUEUE_FULL);
    nodes.at(C).invoker = call -> nodes.at(C).refuse(Reason.NOT_PROVIDED);
    nodes.callAndWait(A, post("x"));
    nodes.at(B).invoker = nodes.at(B)::complete;

    assertThat(completed(nodes.callAndWait(A, post("x"))).servedBy()).isEqualTo(B);
    assertThat(nodes.at(A).lookups).hasSize(1);
  }

  @Test
  void aPeerWhereNobodyListensIsPassedOver() {
    nodes = Neighbourhood.of();
    nodes.meetStranger(D);
    nodes.index(hello(1), D, C);

    for (int i = 0; i < 4; i++) {
      assertThat(completed(nodes.callAndWait(A, post("x"))).servedBy()).isEqualTo(C);
    }
  }

  @Test
  void rejectsWhenThePolicyFails() {
    nodes = Neighbourhood.of("routing.policy=fails-to-decide");
    nodes.index(hello(1), A);

    assertThat(refused(nodes.callAndWait(A, post("x"))).reason()).isEqualTo(Reason.REJECTED);
  }

  @Test
  void servesCallsThoughThePolicyFailsToHearOfThem() {
    nodes = Neighbourhood.of("routing.policy=fails-to-observe");
    nodes.index(hello(1), A, B);
    nodes.at(A).invoker = call -> nodes.at(A).refuse(Reason.QUEUE_FULL);

    assertThat(completed(nodes.callAndWait(A, post("x"))).servedBy()).isEqualTo(B);
  }

  // What is not known.

  @Test
  void looksAnUnknownNameUpOnceASecondOnly() {
    nodes = Neighbourhood.of();
    for (int i = 0; i < 10; i++) {
      assertThat(failed(nodes.callAndWait(A, post("x"))).failure())
          .isEqualTo(Failure.UNKNOWN_FUNCTION);
    }
    assertThat(nodes.at(A).lookups).hasSize(1);

    nodes.index(hello(1), A);

    await()
        .atMost(Duration.ofSeconds(3))
        .until(() -> nodes.callAndWait(A, post("x")) instanceof Completed);
    assertThat(nodes.at(A).lookups).hasSize(2);
  }

  @Test
  void manyCallsOfAnUnknownNameShareOneLookup() {
    nodes = Neighbourhood.of();
    Promise<Found> answer = Promise.promise();
    nodes.at(A).index = asked -> answer.future();
    List<Future<Outcome>> outcomes =
        List.of(nodes.call(A, post("1")), nodes.call(A, post("2")), nodes.call(A, post("3")));
    await().until(() -> nodes.calls(A) == 3);

    answer.complete(new Found(new Entry(hello(1), false, List.of(A))));

    assertThat(outcomes).allSatisfy(outcome -> completed(await(outcome)));
    assertThat(nodes.at(A).lookups).hasSize(1);
  }

  @Test
  void aDeletedFunctionIsUnknown() {
    nodes = Neighbourhood.of();
    nodes.index(new Entry(hello(2), true, List.of()));

    assertThat(failed(nodes.callAndWait(A, post("x"))).failure())
        .isEqualTo(Failure.UNKNOWN_FUNCTION);
  }

  @Test
  void aKnownFunctionWithoutAProviderIsRefused() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1));

    assertThat(refused(nodes.callAndWait(A, post("x"))).reason()).isEqualTo(Reason.NO_PROVIDER);
    assertThat(refused(nodes.callAndWait(A, post("x"))).reason()).isEqualTo(Reason.NO_PROVIDER);
    assertThat(nodes.at(A).lookups).hasSize(1);
  }

  @Test
  void doesNotWaitForASilentIndex() {
    nodes = Neighbourhood.of("index.patience=100ms");
    nodes.at(A).index = asked -> Promise.<Found>promise().future();

    assertThat(refused(nodes.callAndWait(A, post("x"))).reason()).isEqualTo(Reason.INDEX_SILENT);
  }

  @Test
  void aCallThatIsCancelledWhileTheIndexIsAskedDoesNotStart() {
    nodes = Neighbourhood.of();
    Promise<Found> answer = Promise.promise();
    nodes.at(A).index = asked -> answer.future();
    Route call = route(post("x"), Duration.ofSeconds(5));
    Future<Outcome> outcome = nodes.send(A, call);
    await().until(() -> nodes.calls(A) == 1);

    nodes.tell(Addresses.CANCEL, A, new Cancel(call.id()));

    assertThat(failed(await(outcome)).failure()).isEqualTo(Failure.CANCELLED);
    answer.complete(new Found(new Entry(hello(1), false, List.of(A))));
    nodes.index(hello(1), A);
    nodes.at(A).index = nodes::found;
    completed(nodes.callAndWait(A, post("y")));
    assertThat(nodes.at(A).invoked).extracting(Invoke::request).containsExactly(post("y"));
  }

  // Announcements and load reports.

  @Test
  void hearsOfAProviderWithoutAskingTheIndex() {
    nodes = Neighbourhood.of();
    nodes.announce(B, hello(1));

    assertThat(completed(nodes.callAndWait(A, post("x"))).servedBy()).isEqualTo(B);
    assertThat(nodes.at(A).lookups).isEmpty();
  }

  @Test
  void asksForAllAnnouncementsWhenOneWasMissed() {
    nodes = Neighbourhood.of();
    nodes.at(B).provided.put(HELLO, hello(1));
    nodes.at(B).announcements = 2;
    nodes.tellAll(Addresses.ANNOUNCED, new Announced(B, 2, description("other", 1)));

    await().until(() -> nodes.callAndWait(A, post("x")) instanceof Completed);

    assertThat(nodes.at(B).invoked).isNotEmpty();
  }

  @Test
  void asksForAllAnnouncementsWhenALoadReportTellsOfMore() {
    nodes = Neighbourhood.of();
    nodes.at(B).provided.put(HELLO, hello(1));
    nodes.at(B).announcements = 5;
    nodes.tellAll(Addresses.LOAD_REPORTS, nodes.at(B).report(5, State.NORMAL));

    await().until(() -> nodes.callAndWait(A, post("x")) instanceof Completed);

    assertThat(nodes.at(B).invoked).isNotEmpty();
  }

  @Test
  void whoIsLeavingGetsNoCalls() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), B, C);
    nodes.tellAll(Addresses.LOAD_REPORTS, nodes.at(B).report(0, State.DRAINING));

    for (int i = 0; i < 4; i++) {
      assertThat(completed(nodes.callAndWait(A, post("x"))).servedBy()).isEqualTo(C);
    }
  }

  @Test
  void aCordonedNodePassesItsCallsOn() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A, B);
    nodes.tell(Addresses.DUTY_CHANGED, A, new DutyNow(Duty.CORDONED));

    assertThat(completed(nodes.callAndWait(A, post("x"))).servedBy()).isEqualTo(B);

    nodes.tell(Addresses.DUTY_CHANGED, A, new DutyNow(Duty.ACTIVE));

    assertThat(completed(nodes.callAndWait(A, post("x"))).servedBy()).isEqualTo(A);
  }

  @Test
  void callsThatMayRunAgainMoveFromANodeThatHasFallenSilent() {
    nodes = Neighbourhood.of("load.update-interval=50ms", "load.suspect-after=500ms");
    nodes.index(hello(1), B);
    nodes.at(B).invoker = call -> StandIn.stayOut();
    Future<Outcome> once = nodes.call(A, post("x"));
    Future<Outcome> repeatable = nodes.call(A, get());
    await().until(() -> nodes.at(B).invoked.size() == 2);
    nodes.announce(C, hello(1));

    await()
        .until(
            () -> {
              nodes.tellAll(Addresses.LOAD_REPORTS, nodes.at(C).report(1, State.NORMAL));
              return repeatable.isComplete();
            });

    assertThat(completed(await(repeatable)).servedBy()).isEqualTo(C);
    await().until(() -> nodes.at(B).cancelled.size() == 1);
    assertThat(once.isComplete()).isFalse();
    assertThat(suspectsAt(A)).contains(B);
    nodes.lose(B);
    assertThat(failed(await(once)).failure()).isEqualTo(Failure.PROVIDER_LOST);
  }

  @Test
  void meetsANodeThatHasJoinedAndLearnsWhatItProvides() {
    nodes = Neighbourhood.of();
    nodes.start(D);
    nodes.announce(D, hello(1));

    await().until(() -> nodes.callAndWait(A, post("x")) instanceof Completed);

    assertThat(nodes.at(D).invoked).isNotEmpty();
    await().untilAsserted(() -> assertThat(loadsAt(A)).extracting("node").contains(A, B, C, D));
  }

  // Losses.

  @Test
  void saysThatTheProviderOfACallThatMayHaveStartedIsLost() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), B, C);
    nodes.at(B).invoker = call -> StandIn.stayOut();
    nodes.at(C).invoker = call -> StandIn.stayOut();
    Future<Outcome> outcome = nodes.call(A, post("x"));
    NodeId lost = whereItIs();

    kill(lost);

    Failed failure = failed(await(outcome));
    assertThat(failure.failure()).isEqualTo(Failure.PROVIDER_LOST);
    assertThat(failure.detail()).contains(lost.name());
    assertThat(nodes.at(lost.equals(B) ? C : B).invoked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"by its method", "by the caller's key"})
  void servesAnIdempotentCallElsewhereWhenItsProviderIsLost(String why) {
    nodes = Neighbourhood.of();
    Request request =
        why.equals("by its method")
            ? get()
            : new Request("POST", "/", null, Headers.of("Idempotency-Key", "7"), post("x").body());
    nodes.index(hello(1), B, C);
    nodes.at(B).invoker = call -> StandIn.stayOut();
    nodes.at(C).invoker = call -> StandIn.stayOut();
    Future<Outcome> outcome = nodes.call(A, request);
    NodeId lost = whereItIs();
    NodeId other = lost.equals(B) ? C : B;
    nodes.at(other).invoker = nodes.at(other)::complete;

    kill(lost);

    assertThat(completed(await(outcome)).servedBy()).isEqualTo(other);
    assertThat(nodes.at(other).invoked).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCallThatANodeBreaksOffGoesOnOnlyWhereItMayRunTwice(boolean idempotent) {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), B, C);
    AtomicBoolean brokenOff = new AtomicBoolean();
    for (StandIn node : List.of(nodes.at(B), nodes.at(C))) {
      node.invoker =
          call ->
              brokenOff.compareAndSet(false, true)
                  ? node.fail(Failure.PROVIDER_LOST, call)
                  : node.complete(call);
    }

    Outcome outcome = nodes.callAndWait(A, idempotent ? get() : post("x"));

    int runs = nodes.at(B).invoked.size() + nodes.at(C).invoked.size();
    if (idempotent) {
      assertThat(outcome).isInstanceOf(Completed.class);
      assertThat(runs).isEqualTo(2);
    } else {
      assertThat(failed(outcome).failure()).isEqualTo(Failure.PROVIDER_LOST);
      assertThat(runs).isEqualTo(1);
    }
  }

  @Test
  void servesACallElsewhereThatWaitedUnclaimedAtALostNode() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), B, C);
    nodes.at(B).invoker = call -> queue(nodes.at(B), call, Promise.promise());
    nodes.at(C).invoker = call -> queue(nodes.at(C), call, Promise.promise());
    Route call = route(post("x"), Duration.ofSeconds(5));
    Future<Outcome> outcome = nodes.send(A, call);
    NodeId lost = whereItIs();
    NodeId other = lost.equals(B) ? C : B;
    awaitNoticeOfWaiting(lost);
    Promise<Outcome> end = Promise.promise();
    nodes.at(other).invoker = arrived -> end.future();

    kill(lost);
    await().until(() -> !nodes.at(other).invoked.isEmpty());

    assertThat(await(claimAt(A, call, lost))).isFalse();
    end.complete(nodes.at(other).completed(nodes.at(other).invoked.element(), "done"));
    assertThat(completed(await(outcome)).servedBy()).isEqualTo(other);
  }

  @Test
  void saysThatTheProviderOfAClaimedCallIsLost() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), B, C);
    nodes.at(B).invoker = call -> queue(nodes.at(B), call, Promise.promise());
    nodes.at(C).invoker = call -> queue(nodes.at(C), call, Promise.promise());
    Route call = route(post("x"), Duration.ofSeconds(5));
    Future<Outcome> outcome = nodes.send(A, call);
    NodeId lost = whereItIs();

    assertThat(await(nodes.at(lost).claim(call.id()))).isTrue();
    kill(lost);

    assertThat(failed(await(outcome)).failure()).isEqualTo(Failure.PROVIDER_LOST);
    assertThat(nodes.at(lost.equals(B) ? C : B).invoked).isEmpty();
  }

  @Test
  void deniesAClaimOfANodeThatDoesNotHaveTheCall() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), B);
    Promise<Outcome> end = Promise.promise();
    nodes.at(B).invoker = call -> queue(nodes.at(B), call, end);
    Route call = route(post("x"), Duration.ofSeconds(5));
    Future<Outcome> outcome = nodes.send(A, call);
    await().until(() -> !nodes.at(B).invoked.isEmpty());

    assertThat(await(claimAt(A, call, C))).isFalse();
    assertThat(await(claimAt(A, route(post("other"), null), B))).isFalse();
    assertThat(await(claimAt(A, call, B))).isTrue();
    end.complete(nodes.at(B).completed(nodes.at(B).invoked.element(), "done"));
    completed(await(outcome));
  }

  @Test
  void aCallThatItsSenderThinksIsWaitingIsClaimedBeforeItGoesOn() {
    nodes = Neighbourhood.of("routing.hops=2");
    nodes.index(hello(1), B, C);
    Queue<Claim> claims = new ConcurrentLinkedQueue<>();
    Queue<Queued> queued = new ConcurrentLinkedQueue<>();
    Promise<ClaimAnswer> claimed = Promise.promise();
    nodes.meetStranger(D);
    await(
        nodes.asNode(
            D,
            bus ->
                Future.all(
                    bus.on(Addresses.QUEUED, queued::add),
                    bus.serve(
                        Addresses.CLAIM,
                        claim -> {
                          claims.add(claim);
                          return claimed.future();
                        }))));
    Promise<Outcome> end = Promise.promise();
    nodes.at(B).invoker = call -> queue(nodes.at(B), call, end);
    Route call = route(post("x"), Duration.ofSeconds(5), D);
    Future<Outcome> outcome = nodes.send(B, call);
    await().until(() -> !queued.isEmpty());

    end.complete(cancelledAt(B));
    await().until(() -> !claims.isEmpty());
    assertThat(nodes.at(C).invoked).isEmpty();
    claimed.complete(new ClaimAnswer(true));

    assertThat(completed(await(outcome)).servedBy()).isEqualTo(C);
    assertThat(claims).containsExactly(new Claim(call.id(), B));
  }

  @Test
  void aWaitingCallThatItsSenderNoLongerWantsGoesNowhere() {
    nodes = Neighbourhood.of("routing.hops=2");
    nodes.index(hello(1), B, C);
    Promise<Outcome> end = Promise.promise();
    nodes.at(B).invoker = call -> queue(nodes.at(B), call, end);
    Route call = route(post("x"), Duration.ofSeconds(5), A);
    Future<Outcome> outcome = nodes.send(B, call);
    await().until(() -> !nodes.at(B).invoked.isEmpty());

    assertThat(await(nodes.at(B).claim(call.id()))).isFalse();
    end.complete(cancelledAt(B));

    assertThat(failed(await(outcome)).failure()).isEqualTo(Failure.CANCELLED);
    assertThat(nodes.at(C).invoked).isEmpty();
  }

  @Test
  void aClaimThatIsGrantedAfterTheCallWasCancelledIsDenied() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), B);
    Promise<ClaimAnswer> claimed = Promise.promise();
    Queue<Claim> claims = new ConcurrentLinkedQueue<>();
    await(
        nodes.asNode(
            D,
            bus ->
                bus.serve(
                    Addresses.CLAIM,
                    claim -> {
                      claims.add(claim);
                      return claimed.future();
                    })));
    nodes.at(B).invoker = call -> queue(nodes.at(B), call, Promise.promise());
    Route call = route(post("x"), Duration.ofSeconds(5), D);
    Future<Outcome> outcome = nodes.send(B, call);
    await().until(() -> !nodes.at(B).invoked.isEmpty());
    Future<Boolean> granted = nodes.at(B).claim(call.id());
    await().until(() -> !claims.isEmpty());

    nodes.tell(Addresses.CANCEL, B, new Cancel(call.id()));
    assertThat(failed(await(outcome)).failure()).isEqualTo(Failure.CANCELLED);
    claimed.complete(new ClaimAnswer(true));

    assertThat(await(granted)).isFalse();
  }

  // Cancelling and time.

  @Test
  void cancelsAtThePeerAndDeniesLaterClaims() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), B);
    nodes.at(B).invoker = call -> queue(nodes.at(B), call, Promise.promise());
    Route call = route(post("x"), Duration.ofSeconds(5));
    Future<Outcome> outcome = nodes.send(A, call);
    await().until(() -> !nodes.at(B).invoked.isEmpty());

    nodes.tell(Addresses.CANCEL, A, new Cancel(call.id()));

    assertThat(failed(await(outcome)).failure()).isEqualTo(Failure.CANCELLED);
    await().until(() -> nodes.at(B).cancelled.contains(call.id()));
    assertThat(await(nodes.at(B).claim(call.id()))).isFalse();
  }

  @Test
  void endsACallWhoseTimeIsOverAndTellsThePeer() {
    nodes = Neighbourhood.of();
    Queue<Cancel> cancels = new ConcurrentLinkedQueue<>();
    peerRouter(D, call -> StandIn.stayOut());
    await(nodes.asNode(D, bus -> bus.on(Addresses.CANCEL, cancels::add)));
    nodes.index(hello(1), D);
    Route call = route(post("x"), Duration.ofMillis(200));

    Outcome outcome = await(nodes.send(A, call));

    assertThat(failed(outcome).failure()).isEqualTo(Failure.DEADLINE);
    await().until(() -> cancels.contains(new Cancel(call.id())));
  }

  @Test
  void deniesAClaimWhenTheCallsTimeIsOver() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), B);
    nodes.at(B).invoker = call -> queue(nodes.at(B), call, Promise.promise());
    Route call = route(post("x"), Duration.ofMillis(100));

    Future<Outcome> outcome = nodes.send(A, call);
    await().until(() -> !await(claimAt(A, call, B)));

    assertThat(failed(await(outcome)).failure()).isEqualTo(Failure.DEADLINE);
  }

  // Races.

  @Test
  void theFirstGoodAnswerWinsTheRaceAndTheOthersAreCancelled() {
    nodes = Neighbourhood.of("routing.policy=race-all");
    nodes.index(hello(1), B, C);
    Promise<Outcome> end = Promise.promise();
    nodes.at(B).invoker = call -> StandIn.stayOut();
    nodes.at(C).invoker = call -> end.future();
    Route call = route(post("x"), Duration.ofSeconds(5));
    Future<Outcome> outcome = nodes.send(A, call);
    await().until(() -> !nodes.at(B).invoked.isEmpty() && !nodes.at(C).invoked.isEmpty());

    end.complete(nodes.at(C).completed(nodes.at(C).invoked.element(), "good"));

    assertThat(completed(await(outcome)).servedBy()).isEqualTo(C);
    await().until(() -> nodes.at(B).cancelled.contains(call.id()));
  }

  @Test
  void aFailureDoesNotEndARaceThatAnotherMayWin() {
    nodes = Neighbourhood.of("routing.policy=race-all");
    nodes.index(hello(1), B, C);
    Promise<Outcome> end = Promise.promise();
    nodes.at(B).invoker = call -> nodes.at(B).fail(Failure.FUNCTION_ERROR, call);
    nodes.at(C).invoker = call -> end.future();
    Future<Outcome> outcome = nodes.call(A, post("x"));
    await().until(() -> !nodes.at(C).invoked.isEmpty() && nodes.inProgress(A) == 1);

    end.complete(nodes.at(C).completed(nodes.at(C).invoked.element(), "good"));

    assertThat(completed(await(outcome)).servedBy()).isEqualTo(C);
  }

  @Test
  void aRaceThatAllLoseEndsWithTheFailure() {
    nodes = Neighbourhood.of("routing.policy=race-all");
    nodes.index(hello(1), B, C);
    nodes.at(B).invoker = call -> nodes.at(B).fail(Failure.FUNCTION_ERROR, call);
    nodes.at(C).invoker = call -> nodes.at(C).refuse(Reason.QUEUE_FULL);

    assertThat(failed(nodes.callAndWait(A, post("x"))).failure()).isEqualTo(Failure.FUNCTION_ERROR);
  }

  @Test
  void aRaceThatAllRefuseEndsWithTheRefusal() {
    nodes = Neighbourhood.of("routing.policy=race-all");
    nodes.index(hello(1), B, C);
    nodes.at(B).invoker = call -> nodes.at(B).refuse(Reason.QUEUE_FULL);
    nodes.at(C).invoker = call -> nodes.at(C).refuse(Reason.QUEUE_FULL);

    assertThat(refused(nodes.callAndWait(A, post("x"))).reason()).isEqualTo(Reason.QUEUE_FULL);
  }

  // Large bodies.

  @Test
  void forwardsALargeBodyAsAHandleAndReleasesItAtTheEnd() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), B);

    nodes.callAndWait(A, large());

    Body arrived = nodes.at(B).invoked.element().request().body();
    assertThat(arrived.handle()).isEqualTo(new BodyHandle(A, "body-1", 1 << 20));
    await().until(() -> nodes.at(A).released.contains("body-1"));
  }

  @Test
  void aLargeBodyStaysAsItIsWithinTheNode() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A);

    nodes.callAndWait(A, large());

    assertThat(nodes.at(A).invoked.element().request()).isEqualTo(large());
    assertThat(nodes.at(A).kept).isEmpty();
  }

  @Test
  void keepsALargeBodyOnceForAllWhoGetIt() {
    nodes = Neighbourhood.of("routing.policy=race-all");
    nodes.index(hello(1), B, C);
    nodes.at(B).invoker = call -> StandIn.stayOut();

    nodes.callAndWait(A, large());

    assertThat(nodes.at(A).kept).hasSize(1);
    await().until(() -> nodes.at(A).released.contains("body-1"));
  }

  @Test
  void aCallThatEndsWhileItsBodyIsPutAsideIsNotSent() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), B);
    Promise<Void> room = Promise.promise();
    nodes.at(A).roomForBodies = room.future();
    Route call = route(large(), Duration.ofSeconds(5));
    Future<Outcome> outcome = nodes.send(A, call);
    await().until(() -> !nodes.at(A).kept.isEmpty());

    nodes.tell(Addresses.CANCEL, A, new Cancel(call.id()));
    assertThat(failed(await(outcome)).failure()).isEqualTo(Failure.CANCELLED);
    room.complete();

    await().until(() -> nodes.at(A).released.contains("body-1"));
    completed(nodes.callAndWait(A, post("y")));
    assertThat(nodes.at(B).invoked).extracting(Invoke::request).containsExactly(post("y"));
  }

  @Test
  void aLargeAnswerOfAForwardedCallComesAsAHandle() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), B);
    nodes.at(B).invoker =
        call -> Future.succeededFuture(nodes.at(B).completed(call, large().body()));

    Completed outcome = completed(nodes.callAndWait(A, post("x")));

    assertThat(outcome.response().body().handle()).isEqualTo(new BodyHandle(B, "body-1", 1 << 20));
    assertThat(nodes.at(B).kept).hasSize(1);
  }

  @Test
  void aLargeAnswerWithinTheNodeStaysAsItIs() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A);
    nodes.at(A).invoker =
        call -> Future.succeededFuture(nodes.at(A).completed(call, large().body()));

    assertThat(completed(nodes.callAndWait(A, post("x"))).response().body())
        .isEqualTo(large().body());
    assertThat(nodes.at(A).kept).isEmpty();
  }

  // Leaving.

  @Test
  void aDrainedNodeAnswersWhenItsCallsHaveEnded() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A);
    Promise<Outcome> end = Promise.promise();
    nodes.at(A).invoker = call -> end.future();
    Future<Outcome> outcome = nodes.call(A, post("x"));
    await().until(() -> nodes.calls(A) == 1);

    Future<Drained> drained = drain(Duration.ofSeconds(5));
    Outcome late = nodes.callAndWait(A, post("late"));
    assertThat(late).isInstanceOf(Refused.class);
    assertThat(drained.isComplete()).isFalse();
    end.complete(nodes.at(A).completed(nodes.at(A).invoked.element(), "done"));

    assertThat(await(drained).left()).isZero();
    completed(await(outcome));
  }

  @Test
  void aDrainedNodeHandsNewCallsOn() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A, B);

    assertThat(await(drain(Duration.ofSeconds(5))).left()).isZero();

    assertThat(completed(nodes.callAndWait(A, post("x"))).servedBy()).isEqualTo(B);
  }

  @Test
  void tellsHowManyCallsWereLeftWhenItsPatienceEnded() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A);
    Promise<Outcome> end = Promise.promise();
    nodes.at(A).invoker = call -> end.future();
    Future<Outcome> outcome = nodes.call(A, post("x"));
    await().until(() -> nodes.calls(A) == 1);

    assertThat(await(drain(Duration.ofMillis(50))).left()).isEqualTo(1);

    end.complete(nodes.at(A).completed(nodes.at(A).invoked.element(), "done"));
    completed(await(outcome));
  }

  @Test
  void aCallThatIsBrokenOffMayHaveStarted() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A);
    nodes.at(A).invoker = call -> StandIn.stayOut();
    Future<Outcome> outcome = nodes.call(A, post("x"));
    await().until(() -> !nodes.at(A).invoked.isEmpty());

    assertThat(breakOff().left()).isEqualTo(1);

    assertThat(failed(await(outcome)).failure()).isEqualTo(Failure.PROVIDER_LOST);
    await().until(() -> nodes.at(A).cancelled.size() == 1);
    Outcome late = nodes.callAndWait(A, post("late"));
    assertThat(((Refused) late).reason()).isEqualTo(Reason.DRAINING);
    assertThat(breakOff().left()).isZero();
  }

  @Test
  void aForwardedCallThatIsBrokenOffGoesOnElsewhereWhereItMay() {
    nodes = Neighbourhood.of();
    nodes.index(hello(1), A, B);
    peerRouter(D, call -> StandIn.stayOut());
    nodes.at(A).invoker = call -> StandIn.stayOut();
    Future<Outcome> started = nodes.send(A, route(post("x"), Duration.ofSeconds(5), D));
    Future<Outcome> repeatable = nodes.send(A, route(get(), Duration.ofSeconds(5), D));
    await().until(() -> nodes.at(A).invoked.size() == 2);

    assertThat(breakOff().left()).isEqualTo(2);

    assertThat(failed(await(started)).failure()).isEqualTo(Failure.PROVIDER_LOST);
    assertThat(((Refused) await(repeatable)).reason()).isEqualTo(Reason.DRAINING);
  }

  // What the tests are written in.

  /** The one of b and c that has got a call. */
  private NodeId whereItIs() {
    await().until(() -> !nodes.at(B).invoked.isEmpty() || !nodes.at(C).invoked.isEmpty());
    return nodes.at(B).invoked.isEmpty() ? C : B;
  }

  private void kill(NodeId node) {
    nodes.kill(node);
    nodes.lose(node);
  }

  /**
   * The notice of a waiting call goes from the invoker by its router to the sender: what is asked
   * on the same way comes after it.
   */
  private void awaitNoticeOfWaiting(NodeId from) {
    await(nodes.at(from).awaitRouter());
    loadsAt(A);
  }

  private static Future<Outcome> queue(StandIn standIn, Invoke call, Promise<Outcome> outcome) {
    standIn.queue(call);
    return outcome.future();
  }

  private Future<Boolean> claimAt(NodeId node, Route call, NodeId by) {
    return nodes
        .ask(bus -> bus.request(Addresses.CLAIM, node, new Claim(call.id(), by)))
        .map(ClaimAnswer::granted);
  }

  private Future<Drained> drain(Duration patience) {
    nodes.tell(Addresses.DUTY_CHANGED, A, new DutyNow(Duty.DRAINING));
    return nodes.ask(bus -> bus.request(Addresses.DRAIN, A, new Drain(patience)));
  }

  private Drained breakOff() {
    return await(nodes.ask(bus -> bus.request(Addresses.BREAK_OFF, A, new BreakOff())));
  }

  private List<?> loadsAt(NodeId node) {
    return await(nodes.ask(bus -> bus.request(Addresses.LOADS, node, new AskLoads()))).reports();
  }

  private List<NodeId> suspectsAt(NodeId node) {
    return await(nodes.ask(bus -> bus.request(Addresses.LOADS, node, new AskLoads()))).suspects();
  }

  /** A node of which only the router is there, and does this. */
  private Queue<Route> peerRouter(NodeId node, Function<Route, Future<Outcome>> router) {
    Queue<Route> forwarded = new ConcurrentLinkedQueue<>();
    await(
        nodes.asNode(
            node,
            bus ->
                bus.serve(
                    Addresses.ROUTE,
                    call -> {
                      forwarded.add(call);
                      return router.apply(call);
                    })));
    nodes.meetStranger(node);
    return forwarded;
  }

  private static Outcome cancelledAt(NodeId node) {
    return new Failed(Failure.CANCELLED, "dropped", node, 1, Duration.ZERO);
  }

  private static Request large() {
    return post("x").withBody(Body.of(new byte[1 << 20]));
  }

  private static Completed completed(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Completed.class);
    return (Completed) outcome;
  }

  private static Refused refused(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Refused.class);
    return (Refused) outcome;
  }

  private static Failed failed(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Failed.class);
    return (Failed) outcome;
  }
}
