package edge.starling.verticles.configuration;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.Address;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.ConfigurationMessage.ApplyChange;
import edge.starling.codecs.messages.ConfigurationMessage.AskConfiguration;
import edge.starling.codecs.messages.ConfigurationMessage.ChangeAnswer;
import edge.starling.codecs.messages.ConfigurationMessage.ChangeConfiguration;
import edge.starling.codecs.messages.ConfigurationMessage.ChangeVerdict;
import edge.starling.codecs.messages.ConfigurationMessage.Changed;
import edge.starling.codecs.messages.ConfigurationMessage.CheckChange;
import edge.starling.codecs.messages.ConfigurationMessage.NotChanged;
import edge.starling.codecs.messages.ConfigurationMessage.Obstacle;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.RoutingMessage.CheckPolicy;
import edge.starling.codecs.messages.RoutingMessage.PolicyChecked;
import edge.starling.config.ConfigLoader;
import edge.starling.config.NodeConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConfigurationVerticleTest {
  private static final NodeId SELF = new NodeId("node-1", 1);
  private static final NodeId PEER = new NodeId("node-2", 1);
  private static final NodeId AWAY = new NodeId("node-3", 1);
  private static final NodeConfig STARTED =
      ConfigLoader.load(null, Map.of(), List.of("http.port=8081"));

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final Queue<NodeConfig> told = new ConcurrentLinkedQueue<>();
  private final Queue<String> judged = new ConcurrentLinkedQueue<>();

  /** What the peer was asked: {@code check DOCUMENT}, {@code apply DOCUMENT}. */
  private final Queue<String> peerHeard = new ConcurrentLinkedQueue<>();

  private volatile List<NodeId> members = List.of(SELF, PEER);
  private volatile ChangeVerdict peerChecks = new ChangeVerdict(null);
  private volatile Future<ChangeVerdict> peerApplies =
      Future.succeededFuture(new ChangeVerdict(null));
  private volatile Future<?> routerReady = Future.succeededFuture();
  private Bus bus;

  @BeforeEach
  void start() throws Exception {
    Bus.install(vertx, new CborCodec());
    bus = onLoop(() -> Bus.open(vertx, SELF)).await(5, SECONDS);
    Bus peer = onLoop(() -> Bus.open(vertx, PEER)).await(5, SECONDS);
    onLoop(
            () ->
                Future.all(
                    bus.serve(Addresses.CHECK_POLICY, this::judge),
                    bus.serve(
                        Addresses.LIST_MEMBERS,
                        ask ->
                            Future.succeededFuture(
                                new Members(
                                    members.stream()
                                        .map(n -> new Member(n, "http://x"))
                                        .toList()))),
                    bus.on(
                        Addresses.CONFIGURATION_CHANGED,
                        changed ->
                            told.add(ConfigLoader.load(null, Map.of(), changed.assignments()))),
                    peer.serve(Addresses.CHECK_CHANGE, this::peerChecks),
                    peer.serve(Addresses.APPLY_CHANGE, this::peerApplies)))
        .await(5, SECONDS);
    vertx.deployVerticle(new ConfigurationVerticle(SELF, STARTED)).await(5, SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, SECONDS);
  }

  private Future<PolicyChecked> judge(CheckPolicy request) {
    judged.add(request.policy());
    return routerReady.map(
        ready ->
            new PolicyChecked(
                request.policy().equals("best") ? request.key() + ": \"best\" is none" : null));
  }

  private Future<ChangeVerdict> peerChecks(CheckChange request) {
    peerHeard.add("check " + request.document());
    return Future.succeededFuture(peerChecks);
  }

  private Future<ChangeVerdict> peerApplies(ApplyChange request) {
    peerHeard.add("apply " + request.document());
    return peerApplies;
  }

  private <T> Future<T> onLoop(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(go -> work.get().onComplete(done));
    return done.future();
  }

  private <Q extends BusMessage, R extends BusMessage> Future<R> request(
      Address<Q, R> address, Q message) {
    return onLoop(() -> bus.request(address, message));
  }

  private ChangeAnswer change(String document, boolean everywhere) throws Exception {
    return request(Addresses.CHANGE_CONFIGURATION, new ChangeConfiguration(document, everywhere))
        .await(20, SECONDS);
  }

  private NotChanged refused(String document, boolean everywhere) throws Exception {
    return (NotChanged) change(document, everywhere);
  }

  private NodeConfig present() throws Exception {
    return ConfigLoader.load(
        null,
        Map.of(),
        request(Addresses.CONFIGURATION, new AskConfiguration()).await(5, SECONDS).assignments());
  }

  @Test
  void tellsTheSettingsThatTheNodeWasStartedWith() throws Exception {
    assertThat(present()).isEqualTo(STARTED);
    assertThat(told).isEmpty();
  }

  @Test
  void putsAChangeInForceAndTellsTheNode() throws Exception {
    Changed changed = (Changed) change("routing: {hops: 3}\ncapacity: {rate: 7.5}", false);

    assertThat(changed.nodes()).containsExactly(SELF);
    assertThat(present().routing().hops()).isEqualTo(3);
    assertThat(present().capacity().rate()).isEqualTo(7.5);
    assertThat(present().http()).isEqualTo(STARTED.http());
    assertThat(changed.assignments()).isEqualTo(ConfigLoader.assignments(present()));
    assertThat(told).containsExactly(present());
    assertThat(judged).isEmpty();
    assertThat(peerHeard).isEmpty();
  }

  @Test
  void tellsNothingWhereNothingChanges() throws Exception {
    assertThat(change("routing: {hops: 1}", false)).isInstanceOf(Changed.class);
    assertThat(told).isEmpty();
  }

  @Test
  void refusesAWrongChangeWholly() throws Exception {
    NotChanged refused = refused("routing: {hops: 3}\ninvoker: {slots: 0}", false);

    assertThat(refused.obstacle()).isEqualTo(Obstacle.INVALID);
    assertThat(refused.detail()).startsWith("invoker.slots: \"0\" from line 2 of the request");
    assertThat(present()).isEqualTo(STARTED);
    assertThat(told).isEmpty();
  }

  @Test
  void asksTheRouterAboutNewPolicies() throws Exception {
    NotChanged refused =
        refused("routing: {policy: best}\nmanycall: {policy: best, concurrency: 2}", false);
    assertThat(refused)
        .isEqualTo(
            new NotChanged(
                Obstacle.INVALID,
                "routing.policy: \"best\" is none\nmanycall.policy: \"best\" is none"));
    assertThat(present()).isEqualTo(STARTED);

    assertThat(change("routing: {policy: static:here=0.6}", false)).isInstanceOf(Changed.class);
    assertThat(present().routing().policy()).isEqualTo("static:here=0.6");
    assertThat(judged).containsExactly("best", "best", "static:here=0.6");
  }

  @Test
  void changesAtOnceAreMadeOneAfterTheOther() throws Exception {
    Promise<Void> ready = Promise.promise();
    routerReady = ready.future();
    Future<ChangeAnswer> first =
        request(
            Addresses.CHANGE_CONFIGURATION,
            new ChangeConfiguration("routing: {policy: round-robin}", false));
    Future<ChangeAnswer> second =
        request(
            Addresses.CHANGE_CONFIGURATION, new ChangeConfiguration("routing: {hops: 3}", false));
    Future<ChangeVerdict> third =
        request(Addresses.APPLY_CHANGE, new ApplyChange("invoker: {slots: 4}"));
    await().until(() -> judged.size() == 1);
    assertThat(second.isComplete() || third.isComplete()).isFalse();

    ready.complete();

    assertThat(Future.all(first, second, third).await(5, SECONDS).succeeded()).isTrue();
    assertThat(present().routing().policy()).isEqualTo("round-robin");
    assertThat(present().routing().hops()).isEqualTo(3);
    assertThat(present().invoker().slots()).isEqualTo(4);
    assertThat(told).hasSize(3).last().isEqualTo(present());
  }

  @Test
  void refusesFurtherChangesWhileTooManyWait() throws Exception {
    Promise<Void> ready = Promise.promise();
    routerReady = ready.future();
    List<Future<ChangeAnswer>> answers =
        IntStream.range(0, 18)
            .mapToObj(
                i ->
                    request(
                        Addresses.CHANGE_CONFIGURATION,
                        new ChangeConfiguration("routing: {policy: p" + i + "}", false)))
            .toList();

    assertThat(((NotChanged) answers.get(17).await(5, SECONDS)).obstacle())
        .isEqualTo(Obstacle.TOO_MANY_CHANGES);

    ready.complete();
    assertThat(answers.get(16).await(5, SECONDS)).isInstanceOf(Changed.class);
    assertThat(present().routing().policy()).isEqualTo("p16");
  }

  @Test
  void changesEverywhereAfterAllHaveAgreed() throws Exception {
    Changed changed = (Changed) change("routing: {hops: 3}", true);

    assertThat(changed.nodes()).containsExactly(SELF, PEER);
    assertThat(changed.assignments()).contains("routing.hops=3");
    assertThat(peerHeard).containsExactly("check routing: {hops: 3}", "apply routing: {hops: 3}");
    assertThat(present().routing().hops()).isEqualTo(3);
    assertThat(told).hasSize(1);
  }

  @Test
  void changesNothingAnywhereWhereOneRefuses() throws Exception {
    peerChecks = new ChangeVerdict("routing.policy: unknown here");

    assertThat(refused("routing: {policy: mine}", true))
        .isEqualTo(new NotChanged(Obstacle.INVALID, "node-2: routing.policy: unknown here"));

    assertThat(peerHeard).containsExactly("check routing: {policy: mine}");
    assertThat(present()).isEqualTo(STARTED);
  }

  @Test
  void changesNothingAnywhereWhereOneIsNotReached() throws Exception {
    members = List.of(SELF, PEER, AWAY);

    NotChanged refused = refused("routing: {hops: 3}", true);

    assertThat(refused.obstacle()).isEqualTo(Obstacle.UNREACHABLE);
    assertThat(refused.detail())
        .contains("nothing was changed", "node-3")
        .doesNotContain("node-2:");
    assertThat(peerHeard).containsExactly("check routing: {hops: 3}");
    assertThat(present()).isEqualTo(STARTED);
  }

  @Test
  void namesTheNodesThatDidNotFollow() throws Exception {
    peerApplies = Future.failedFuture("broken");

    NotChanged partly = refused("routing: {hops: 3}", true);

    assertThat(partly.obstacle()).isEqualTo(Obstacle.PARTLY_CHANGED);
    assertThat(partly.detail()).startsWith("changed: node-1; the others: node-2: no answer");
    assertThat(present().routing().hops()).isEqualTo(3);
  }

  @Test
  void aCheckChangesNothing() throws Exception {
    assertThat(
            request(Addresses.CHECK_CHANGE, new CheckChange("routing: {hops: 3}"))
                .await(5, SECONDS)
                .problem())
        .isNull();
    assertThat(
            request(Addresses.CHECK_CHANGE, new CheckChange("routing: {policy: best}"))
                .await(5, SECONDS)
                .problem())
        .isEqualTo("routing.policy: \"best\" is none");
    assertThat(present()).isEqualTo(STARTED);
  }
}
