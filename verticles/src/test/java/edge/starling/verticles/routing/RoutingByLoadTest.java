package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.HELLO;
import static edge.starling.verticles.Sample.IDLE;
import static edge.starling.verticles.Sample.hello;
import static edge.starling.verticles.Sample.post;
import static edge.starling.verticles.Sample.version;
import static edge.starling.verticles.routing.Neighbourhood.await;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Capacity.Kind;
import edge.starling.codecs.messages.ConfigurationMessage.ConfigurationChanged;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.RoutingMessage.Arrival;
import edge.starling.codecs.messages.RoutingMessage.AskArrivals;
import edge.starling.codecs.messages.RoutingMessage.CheckPolicy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a router goes by what its peers tell, and by settings that change while it runs. */
class RoutingByLoadTest {
  private static final Duration SOON = Duration.ofMillis(300);

  private Neighbourhood nodes;

  @AfterEach
  void leavesNothingBehind() {
    try {
      nodes.assertQuiet();
    } finally {
      nodes.close();
    }
  }

  @Test
  void theExcessGoesToThePeersInProportionToTheirSlack() {
    nodes = Neighbourhood.of("routing.policy=slack-proportional");
    nodes.index(hello(1), A, B, C);
    nodes.at(A).invoker = call -> overRate(A, SOON);
    report(B, 20);
    report(C, 30);

    List<NodeId> served = IntStream.range(0, 10).mapToObj(i -> servedBy(call())).toList();

    assertThat(served).filteredOn(B::equals).hasSize(4);
    assertThat(served).filteredOn(C::equals).hasSize(6);
    assertThat(nodes.at(A).invoked).hasSize(10);
  }

  @Test
  void aPeerThatHasForetoldItsRoomIsLeftAloneUntilThen() {
    nodes = Neighbourhood.of("routing.policy=slack-proportional");
    nodes.index(hello(1), B);
    nodes.at(B).invoker = call -> overRate(B, SOON);
    report(B, 20);

    Refused first = (Refused) call();
    Refused second = (Refused) call();

    assertThat(first.retryAfter()).isLessThanOrEqualTo(SOON);
    assertThat(second.reason()).isEqualTo(Reason.OVER_RATE);
    assertThat(second.by()).isEqualTo(B);
    assertThat(second.retryAfter()).isPositive().isLessThan(SOON);
    assertThat(nodes.at(B).invoked).hasSize(1);

    nodes.at(B).invoker = nodes.at(B)::complete;

    Awaitility.await().until(() -> call() instanceof Completed);
  }

  @Test
  void theTimeToTryAgainIsWhenTheFirstOfThoseThatRefusedHasRoom() {
    nodes = Neighbourhood.of("routing.policy=slack-proportional");
    nodes.index(hello(1), A, B);
    nodes.at(A).invoker = call -> overRate(A, SOON);
    nodes.at(B).invoker = call -> overRate(B, SOON.multipliedBy(1_000));
    report(B, 20);

    Refused refused = (Refused) call();

    assertThat(refused.retryAfter()).isPositive().isLessThanOrEqualTo(SOON);
    assertThat(((Refused) call()).retryAfter()).isPositive().isLessThanOrEqualTo(SOON);
    assertThat(nodes.at(B).invoked).hasSize(1);
  }

  @Test
  void saysWhenThePolicyKeepsACallFromThoseThatMightHaveIt() {
    nodes = Neighbourhood.of("routing.policy=all-local");
    nodes.index(hello(1), B);

    assertThat(((Refused) call()).reason()).isEqualTo(Reason.REJECTED);
  }

  @Test
  void aFunctionMayChooseItsPolicy() {
    nodes = Neighbourhood.of("routing.policy=local-first");
    nodes.index(choosing("round-robin"), A, B, C);

    assertThat(IntStream.range(0, 3).mapToObj(i -> servedBy(call()))).containsExactly(A, B, C);
  }

  @Test
  void policiesAndLimitsChangeWhileItRuns() {
    nodes = Neighbourhood.of("routing.policy=local-first");
    nodes.index(hello(1), B);
    assertThat(servedBy(call())).isEqualTo(B);

    change("routing.policy=all-local");
    assertThat(((Refused) call()).reason()).isEqualTo(Reason.REJECTED);

    change("routing.policy=local-first", "routing.hops=0");
    assertThat(call()).isInstanceOf(Refused.class);

    change("routing.policy=local-first", "routing.hops=1", "load.suspect-after=1h");
    assertThat(servedBy(call())).isEqualTo(B);
  }

  @Test
  void changesOfSomethingElseDoNotKeepItFromSuspectingWhoIsSilent() {
    nodes = Neighbourhood.of("load.update-interval=50ms", "load.suspect-after=400ms");
    AtomicInteger queue = new AtomicInteger();

    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              change(
                  "load.update-interval=50ms",
                  "load.suspect-after=400ms",
                  "invoker.queue=" + queue.incrementAndGet());
              return queue.get() > 200;
            });

    assertThat(nodes.count(A, "starling.routing.standstills")).isZero();
  }

  @Test
  void callsInProgressOutliveAChangeOfPolicy() {
    nodes = Neighbourhood.of("routing.policy=all-local");
    nodes.index(hello(1), A);
    Promise<Outcome> ending = Promise.promise();
    nodes.at(A).invoker = call -> ending.future();
    Future<Outcome> running = nodes.call(A, post("x"));
    Awaitility.await().until(() -> nodes.at(A).invoked.size() == 1);

    change("routing.policy=random");
    Invoke invoke = nodes.at(A).invoked.element();
    nodes.at(A).complete(invoke).onComplete(ending);

    assertThat(await(running)).isInstanceOf(Completed.class);
  }

  @Test
  void tellsWhatIsWrongWithAPolicy() {
    nodes = Neighbourhood.of();

    assertThat(problem("static:here=0.5")).isNull();
    assertThat(problem("no-such")).contains("one of all-local");
  }

  @Test
  void countsWhatItsOwnClientsCallOfWhatItProvides() {
    nodes = Neighbourhood.of("routing.policy=round-robin");
    nodes.index(hello(1), A, B);
    call();
    call();
    nodes.callAndWait(B, post("x"));

    assertThat(
            await(nodes.ask(bus -> bus.request(Addresses.ARRIVALS, A, new AskArrivals(), SOON)))
                .arrivals())
        .containsExactly(new Arrival(HELLO, 2));
  }

  private @Nullable String problem(String policy) {
    return await(
            nodes.ask(
                bus ->
                    bus.request(
                        Addresses.CHECK_POLICY, A, new CheckPolicy("policy", policy), SOON)))
        .problem();
  }

  private void change(String... settings) {
    nodes.tell(Addresses.CONFIGURATION_CHANGED, A, new ConfigurationChanged(List.of(settings)));
    await(nodes.at(A).awaitRouter());
  }

  private Outcome call() {
    return nodes.callAndWait(A, post("x"));
  }

  private static NodeId servedBy(Outcome outcome) {
    return ((Completed) outcome).servedBy();
  }

  private void report(NodeId node, double rate) {
    nodes.tellAll(
        Addresses.LOAD_REPORTS,
        new LoadReport(node, 0, State.NORMAL, IDLE, new Capacity(Kind.RATE, rate), List.of()));
    await(nodes.at(A).awaitRouter());
  }

  private static Future<Outcome> overRate(NodeId node, Duration retryAfter) {
    return Future.succeededFuture(new Refused(Reason.OVER_RATE, node, IDLE, retryAfter));
  }

  private static Description choosing(String policy) {
    Description plain = hello(1);
    Settings own = plain.settings();
    return new Description(
        HELLO,
        version(1),
        plain.form(),
        new Settings(
            own.runtime(), own.memoryMiB(), own.timeout(), own.env(), own.labels(), null, policy),
        plain.handler(),
        null,
        plain.deployedAt());
  }
}
