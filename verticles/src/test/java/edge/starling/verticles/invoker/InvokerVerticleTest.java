package edge.starling.verticles.invoker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.Address;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodiesMessage;
import edge.starling.codecs.messages.BodiesMessage.Piece;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.ConfigurationMessage.ConfigurationChanged;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.InvokerMessage.Activate;
import edge.starling.codecs.messages.InvokerMessage.AskOccupancy;
import edge.starling.codecs.messages.InvokerMessage.CancelInvocation;
import edge.starling.codecs.messages.InvokerMessage.Count;
import edge.starling.codecs.messages.InvokerMessage.Counted;
import edge.starling.codecs.messages.InvokerMessage.FunctionWork;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.InvokerMessage.LogLine;
import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.codecs.messages.InvokerMessage.OccupancyNow;
import edge.starling.codecs.messages.InvokerMessage.Prepare;
import edge.starling.codecs.messages.InvokerMessage.Prepared;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import edge.starling.codecs.messages.InvokerMessage.Retire;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.RoutingMessage.Claim;
import edge.starling.codecs.messages.RoutingMessage.ClaimAnswer;
import edge.starling.codecs.messages.RoutingMessage.Queued;
import edge.starling.config.ConfigLoader;
import edge.starling.config.NodeConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The verticle with its WebAssembly runtime; the test stands in for the router and for bodies. */
class InvokerVerticleTest {
  private static final NodeId SELF = new NodeId("node-1", 1);
  private static final FunctionName HELLO = FunctionName.parse("hello");
  private static final List<String> SETTINGS =
      List.of(
          "invoker.slots=2",
          "invoker.queue=4",
          "invoker.memory-mib=64",
          "runtimes.process.enabled=false");
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Occupancy IDLE = new Occupancy(0, 0, 2, 4, 64);

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Queue<Queued> queued = new ConcurrentLinkedQueue<>();
  private volatile boolean granting = true;
  private volatile @Nullable Bytes body;
  private Context context;
  private Bus bus;

  @BeforeEach
  void start() throws Exception {
    Bus.install(vertx, new CborCodec());
    context = vertx.getOrCreateContext();
    bus = on(() -> Bus.open(vertx, SELF));
    on(() -> bus.serve(Addresses.CLAIM, this::claim));
    on(() -> bus.serve(Addresses.READ_BODY, this::read));
    on(() -> bus.on(Addresses.QUEUED, queued::add));
    NodeConfig config = ConfigLoader.load(null, Map.of(), SETTINGS);
    vertx
        .deployVerticle(new InvokerVerticle(SELF, config, new BytesInFlight(0), metrics))
        .await(10, SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, SECONDS);
  }

  private Future<ClaimAnswer> claim(Claim claim) {
    return Future.succeededFuture(new ClaimAnswer(granting));
  }

  private Future<Piece> read(BodiesMessage.Read read) {
    Bytes all = body;
    if (all == null) {
      return Future.succeededFuture(new Piece(null));
    }
    int end = (int) Math.min(all.length(), read.offset() + BodiesMessage.PIECE_BYTES);
    return Future.succeededFuture(
        new Piece(Bytes.wrap(Arrays.copyOfRange(all.array(), (int) read.offset(), end))));
  }

  @Test
  void runsAWebAssemblyFunction() throws Exception {
    provide(1, "echo");

    Completed completed = (Completed) invoke("hi").await(10, SECONDS);

    assertThat(completed.response().body()).isEqualTo(Body.utf8("hi"));
    assertThat(completed.servedBy()).isEqualTo(SELF);
    assertThat(ask(Addresses.COUNT, new Count(HELLO))).isEqualTo(new Counted(1, 0, 0, 0, 0));
    assertThat(ask(Addresses.COUNT, new Count(FunctionName.parse("other"))))
        .isEqualTo(new Counted(0, 0, 0, 0, 0));
    assertThat(metrics.get("starling.invoker.calls").tag("outcome", "completed").counter().count())
        .isEqualTo(1);
    assertThat(metrics.get("starling.invoker.function.time").timer().count()).isEqualTo(1);
    assertThat(metrics.get("starling.invoker.memory.free").gauge().value()).isEqualTo(64L << 20);
    assertIdle();
  }

  @Test
  void saysWhatAFunctionDidWrong() throws Exception {
    provide(1, "exit3");
    Failed raised = (Failed) invoke("").await(10, SECONDS);
    provide(2, "trap");
    Failed broke = (Failed) invoke("").await(10, SECONDS);

    assertThat(raised.failure()).isEqualTo(Failure.FUNCTION_ERROR);
    assertThat(raised.detail()).contains("no cheese");
    assertThat(broke.failure()).isEqualTo(Failure.RUNTIME_ERROR);
    assertThat(broke.detail()).contains("it broke!");
    assertIdle();
  }

  @Test
  void tellsWhatAFunctionHasLoggedAndWhatBecameOfIt() throws Exception {
    provide(1, "exit3");
    Future<LogLines> next = askLater(readLog(log().next(), Duration.ofSeconds(20)));
    invoke("secret body").await(10, SECONDS);

    List<LogLine> lines = new ArrayList<>(next.await(20, SECONDS).lines());
    assertThat(lines.get(0).text()).isEqualTo("no cheese");
    List<String> all = texts(log());
    assertThat(all)
        .containsSubsequence(
            "[starling] version 1-exit3 is ready",
            "[starling] version 1-exit3 gets the calls",
            "no cheese")
        .anyMatch(line -> line.matches("\\[starling] call \\S+ failed: .*status 3.*"))
        .noneMatch(line -> line.contains("secret body"));
  }

  @Test
  void remembersWhyAFunctionIsNotHere() throws Exception {
    assertThat(log().known()).isFalse();
    problem(Wasm.description(HELLO, 1, "stranger", 1, Map.of()));

    assertThat(texts(log()))
        .singleElement()
        .asString()
        .startsWith("[starling] version 1-stranger cannot run here: ")
        .contains("env.telephone");
  }

  private LogLines log() throws Exception {
    return ask(Addresses.READ_LOG, readLog(0, Duration.ZERO));
  }

  private static ReadLog readLog(long from, Duration patience) {
    return new ReadLog(HELLO, from, ReadLog.ALL, null, 100, patience);
  }

  private Future<LogLines> askLater(ReadLog ask) {
    Promise<LogLines> answer = Promise.promise();
    context.runOnContext(
        now -> bus.request(Addresses.READ_LOG, SELF, ask, LONG).onComplete(answer));
    return answer.future();
  }

  private static List<String> texts(LogLines lines) {
    return lines.lines().stream().map(LogLine::text).toList();
  }

  @Test
  void refusesWhatItHasNot() throws Exception {
    Refused refused = (Refused) invoke("").await(10, SECONDS);

    assertThat(refused.reason()).isEqualTo(Reason.NOT_PROVIDED);
    assertThat(refused.occupancy()).isEqualTo(IDLE);
  }

  @Test
  void saysWhyAFunctionCannotBePrepared() throws Exception {
    assertThat(problem(Wasm.description(HELLO, 1, "stranger", 1, Map.of())))
        .contains("env.telephone");
    assertThat(problem(Wasm.description(HELLO, 1, "echo", 65, Map.of())))
        .contains("invoker.memory-mib");
    assertThat(problem(process())).contains("runtimes.process.enabled");
    assertThat(prepare(process()).obstacle()).isEqualTo(Obstacle.SWITCHED_OFF);
    assertThat(prepare(Wasm.description(HELLO, 1, "library", 1, Map.of())).obstacle())
        .isEqualTo(Obstacle.UNFIT);
    assertThatThrownBy(
            () ->
                ask(
                    Addresses.ACTIVATE,
                    new Activate(HELLO, Wasm.description("echo", 1, Map.of()).version())))
        .hasMessageContaining("was not prepared");
  }

  @Test
  void answersAtTheDeadlineAndStopsTheFunction() throws Exception {
    provide(1, "loop");

    Failed failed = (Failed) invoke(Duration.ofMillis(50), 0, Body.EMPTY).await(10, SECONDS);

    assertThat(failed.failure()).isEqualTo(Failure.DEADLINE);
    assertIdle();
  }

  @Test
  void refusesAtOnceWhenSlotsAndQueueAreFullAndTellsWhenThatChanges() throws Exception {
    provide(1, "loop");
    List<InvocationId> ids = new ArrayList<>();
    List<Future<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ids.add(InvocationId.random());
      outcomes.add(invoke(ids.get(i), LONG, 0, Body.EMPTY));
    }

    Refused refused = (Refused) invoke("").await(10, SECONDS);

    assertThat(refused.reason()).isEqualTo(Reason.QUEUE_FULL);
    assertThat(refused.occupancy()).isEqualTo(new Occupancy(2, 4, 2, 4, 62));
    for (int i = 0; i < 6; i++) {
      cancel(ids.get(i));
      assertThat(((Failed) outcomes.get(i).await(10, SECONDS)).failure())
          .isEqualTo(Failure.CANCELLED);
    }
    assertIdle();
  }

  @Test
  void keepsToItsRateAndLetsForwardedCallsWaitForOwnOnes() throws Exception {
    change("capacity.kind=rate", "capacity.rate=0.01");
    provide(1, "loop");
    InvocationId id = InvocationId.random();
    Future<Outcome> admitted = invoke(id, LONG, 0, Body.EMPTY);
    invoke("").await(10, SECONDS);
    Refused forwarded = (Refused) invoke(LONG, 1, Body.EMPTY).await(10, SECONDS);
    Refused own = (Refused) invoke("").await(10, SECONDS);

    assertThat(own.reason()).isEqualTo(Reason.OVER_RATE);
    assertThat(forwarded.reason()).isEqualTo(Reason.OVER_RATE);
    assertThat(own.retryAfter()).isPositive().isLessThan(forwarded.retryAfter());
    assertThat(forwarded.retryAfter()).isLessThanOrEqualTo(Duration.ofSeconds(100));
    assertThat(metrics.get("starling.invoker.refused").tag("reason", "over-rate").counter().count())
        .isEqualTo(3);
    OccupancyNow now = ask(Addresses.OCCUPANCY, new AskOccupancy());
    assertThat(now.capacity()).isEqualTo(Capacity.parse("rate:0.01"));
    assertThat(now.functions())
        .containsExactly(
            new FunctionWork(HELLO, Capacity.parse("rate:0.01"), List.of(), 1, 0, null));
    assertThat(admitted.isComplete()).isFalse();
    cancel(id);
    assertIdle();
  }

  @Test
  void ownCallsTakeThePlacesOfForwardedOnesInAFullQueue() throws Exception {
    provide(1, "loop");
    List<InvocationId> endless = List.of(InvocationId.random(), InvocationId.random());
    endless.forEach(id -> invoke(id, LONG, 0, Body.EMPTY));
    List<Future<Outcome>> forwarded = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      forwarded.add(invoke(LONG, 1, Body.EMPTY));
    }
    Future<Outcome> own = invoke("hi");

    assertThat(((Refused) forwarded.get(3).await(10, SECONDS)).reason())
        .isEqualTo(Reason.QUEUE_FULL);
    provide(2, "echo");
    endless.forEach(this::cancel);

    assertThat(own.await(10, SECONDS)).isInstanceOf(Completed.class);
    for (int i = 0; i < 3; i++) {
      assertThat(forwarded.get(i).await(10, SECONDS)).isInstanceOf(Completed.class);
    }
    assertIdle();
  }

  @Test
  void changesItsSettingsUnderLoadWithoutARefusedCall() throws Exception {
    provide(1, "echo");
    List<Future<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      outcomes.add(invoke("hello"));
      change("invoker.slots=" + (1 + i % 5), "invoker.queue=" + (60 + i % 3));
    }
    for (Future<Outcome> outcome : outcomes) {
      assertThat(outcome.await(10, SECONDS)).isInstanceOf(Completed.class);
    }

    change("invoker.slots=2", "invoker.queue=4");
    assertIdle();
  }

  @Test
  void watchesItsProcessorsWhileACapacityIsAShareOfThem() throws Exception {
    provide(1, "loop");
    change("capacity.kind=cpu", "capacity.cpu=0.01");
    InvocationId busy = InvocationId.random();
    invoke(busy, LONG, 0, Body.EMPTY);

    await().atMost(LONG).until(() -> metrics.get("starling.invoker.cpu").gauge().value() > 0.01);
    Refused refused = (Refused) invoke("").await(10, SECONDS);
    assertThat(refused.reason()).isEqualTo(Reason.OVER_CPU);

    cancel(busy);
    change("capacity.kind=slots");
    await().until(() -> metrics.get("starling.invoker.cpu").gauge().value() == 0);
    assertIdle();
  }

  @Test
  void claimsForwardedCallsThatHadToWait() throws Exception {
    for (boolean wanted : new boolean[] {true, false}) {
      granting = wanted;
      provide(wanted ? 1 : 3, "loop");
      List<InvocationId> endless = List.of(InvocationId.random(), InvocationId.random());
      endless.forEach(id -> invoke(id, LONG, 0, Body.EMPTY));
      InvocationId id = InvocationId.random();
      Future<Outcome> waiting = invoke(id, LONG, 1, Body.utf8("hi"));
      await().until(() -> queued.contains(new Queued(id, SELF)));
      provide(wanted ? 2 : 4, "echo");

      endless.forEach(this::cancel);

      if (wanted) {
        Completed completed = (Completed) waiting.await(10, SECONDS);
        assertThat(completed.response().body()).isEqualTo(Body.utf8("hi"));
        assertThat(completed.hops()).isEqualTo(1);
      } else {
        assertThat(((Failed) waiting.await(10, SECONDS)).failure()).isEqualTo(Failure.CANCELLED);
      }
      assertIdle();
    }
  }

  @Test
  void readsALargeBodyFromItsOwner() throws Exception {
    provide(1, "echo");
    byte[] large = new byte[1_000_000];
    new Random(1).nextBytes(large);
    body = Bytes.wrap(large);
    BodyHandle handle = new BodyHandle(SELF, "key", large.length);

    Completed completed = (Completed) invoke(LONG, 0, Body.held(handle)).await(10, SECONDS);

    assertThat(completed.response().body()).isEqualTo(Body.of(large));
    body = null;
    Failed failed = (Failed) invoke(LONG, 0, Body.held(handle)).await(10, SECONDS);
    assertThat(failed.failure()).isEqualTo(Failure.BODY_LOST);
    BodyHandle huge = new BodyHandle(SELF, "key", 1L << 40);
    assertThat(((Refused) invoke(LONG, 0, Body.held(huge)).await(10, SECONDS)).reason())
        .isEqualTo(Reason.BODY_TOO_LARGE);
    assertIdle();
  }

  @Test
  void switchesVersionsUnderLoadWithoutAFailedCall() throws Exception {
    provide(1, "echo");
    List<Future<Outcome>> outcomes = new ArrayList<>();
    for (int version = 2; version < 12; version++) {
      for (int i = 0; i < 50; i++) {
        outcomes.add(invoke("hello"));
        if (i % 4 == 3) {
          outcomes.get(outcomes.size() - 1).await(10, SECONDS);
        }
      }
      provide(version, version % 2 == 0 ? "noop" : "echo");
      ask(
          Addresses.RETIRE,
          new Retire(
              HELLO,
              Wasm.description(HELLO, version - 1, previous(version), 1, Map.of()).version()));
    }

    for (Future<Outcome> outcome : outcomes) {
      assertThat(outcome.await(10, SECONDS)).isInstanceOf(Completed.class);
    }
    assertIdle();
  }

  private static String previous(int version) {
    return version % 2 == 0 ? "echo" : "noop";
  }

  @Test
  void providesNothingOnceTheActiveVersionIsRetired() throws Exception {
    Description description = provide(1, "echo");
    ask(Addresses.RETIRE, new Retire(HELLO, description.version()));

    assertThat(((Refused) invoke("").await(10, SECONDS)).reason()).isEqualTo(Reason.NOT_PROVIDED);
    ask(Addresses.RETIRE, new Retire(HELLO, description.version()));
    assertThat(metrics.find("starling.invoker.calls").meters()).isEmpty();
  }

  private void change(String... settings) throws Exception {
    List<String> all = new ArrayList<>(SETTINGS);
    all.addAll(List.of(settings));
    bus.tellHere(Addresses.CONFIGURATION_CHANGED, new ConfigurationChanged(all));
    ask(Addresses.OCCUPANCY, new AskOccupancy());
  }

  private Description provide(long version, String module) throws Exception {
    Description description = Wasm.description(HELLO, version, module, 1, Map.of());
    assertThat(problem(description)).isNull();
    ask(Addresses.ACTIVATE, new Activate(HELLO, description.version()));
    return description;
  }

  private @Nullable String problem(Description description) throws Exception {
    return prepare(description).problem();
  }

  private Prepared prepare(Description description) throws Exception {
    return ask(Addresses.PREPARE, new Prepare(description, Wasm.FOLDER.toString()));
  }

  private static Description process() {
    Description wasm = Wasm.description("hello", 1, Map.of());
    return new Description(
        HELLO,
        wasm.version(),
        Form.EXECUTABLE,
        new Settings(RuntimeKind.PROCESS, 1, LONG, Map.of(), Map.of()),
        wasm.handler(),
        null,
        Instant.EPOCH);
  }

  private Future<Outcome> invoke(String text) {
    return invoke(LONG, 0, Body.utf8(text));
  }

  private Future<Outcome> invoke(Duration remaining, int hops, Body body) {
    return invoke(InvocationId.random(), remaining, hops, body);
  }

  private Future<Outcome> invoke(InvocationId id, Duration remaining, int hops, Body body) {
    return asked(
        Addresses.INVOKE,
        new Invoke(
            id,
            HELLO,
            Wasm.post(body),
            remaining,
            Collections.nCopies(hops, new NodeId("peer", 1))));
  }

  private void cancel(InvocationId id) {
    context.runOnContext(
        none -> bus.tell(Addresses.CANCEL_INVOCATION, SELF, new CancelInvocation(id)));
  }

  private <Q extends BusMessage, R extends BusMessage> R ask(Address<Q, R> to, Q message)
      throws Exception {
    return asked(to, message).await(20, SECONDS);
  }

  private <Q extends BusMessage, R extends BusMessage> Future<R> asked(
      Address<Q, R> to, Q message) {
    return Future.future(
        done -> context.runOnContext(none -> bus.request(to, message).onComplete(done)));
  }

  private <T> T on(Supplier<Future<T>> work) throws Exception {
    return Future.<T>future(done -> context.runOnContext(none -> work.get().onComplete(done)))
        .await(10, SECONDS);
  }

  private void assertIdle() {
    await()
        .untilAsserted(
            () ->
                assertThat(ask(Addresses.OCCUPANCY, new AskOccupancy()).occupancy())
                    .isEqualTo(IDLE));
  }
}
