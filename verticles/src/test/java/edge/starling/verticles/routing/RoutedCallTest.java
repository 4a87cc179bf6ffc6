package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.HELLO;
import static edge.starling.verticles.Sample.get;
import static edge.starling.verticles.Sample.post;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.RoutingMessage.Route;
import edge.starling.verticles.routing.RoutedCall.Attempt;
import edge.starling.verticles.routing.RoutedCall.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoutedCallTest {
  private final HandClock clock = new HandClock();
  private final List<Outcome> answers = new ArrayList<>();

  @Test
  void hasTheTimeThatItsCallerAllows() {
    RoutedCall call = call(post(""), Duration.ofSeconds(2));
    call.limitTo(Duration.ofSeconds(5));
    clock.advance(Duration.ofSeconds(1));

    assertThat(call.remaining()).isEqualTo(Duration.ofSeconds(1));

    clock.advance(Duration.ofSeconds(2));

    assertThat(call.remaining()).isEqualTo(Duration.ZERO);
    assertThat(call.remainingNanos()).isNegative();
  }

  @Test
  void hasTheFunctionsTimeFromItsArrivalWhereTheCallerAllowsMoreOrDoesNotSay() {
    List<RoutedCall> calls = List.of(call(post(""), Duration.ofMinutes(1)), call(post(""), null));
    clock.advance(Duration.ofSeconds(1));

    calls.forEach(call -> call.limitTo(Duration.ofSeconds(5)));

    assertThat(calls).extracting(RoutedCall::remaining).containsOnly(Duration.ofSeconds(4));
  }

  @Test
  void hasVisitedTheNodesOnItsWayAndThoseItWasSentTo() {
    RoutedCall call = call(post(""), null, A, B);

    call.settle(call.begin(C));

    assertThat(call.hasVisited(A)).isTrue();
    assertThat(call.hasVisited(B)).isTrue();
    assertThat(call.hasVisited(C)).isTrue();
    assertThat(call.hasVisited(new NodeId("c", 2))).isFalse();
    assertThat(call.sender()).isEqualTo(B);
    assertThat(call.hops()).isEqualTo(2);
    assertThat(call.isExternal()).isTrue();
  }

  @Test
  void settlesAnAttemptOnce() {
    RoutedCall call = call(post(""), null);
    Attempt attempt = call.begin(B);

    assertThat(call.at(B)).isSameAs(attempt);
    assertThat(call.settle(attempt)).isTrue();
    assertThat(call.settle(attempt)).isFalse();
    assertThat(call.at(B)).isNull();
    assertThat(call.hasInFlight()).isFalse();
  }

  @Test
  void followsThePlanInItsOrder() {
    RoutedCall call = call(post(""), null);
    call.plan(List.of(B, C));

    assertThat(call.nextPlanned()).isEqualTo(B);
    assertThat(call.nextPlanned()).isEqualTo(C);
    assertThat(call.nextPlanned()).isNull();
  }

  @Test
  void mayRunAgainOnlyIfItHasNotStartedOrIsIdempotent() {
    RoutedCall once = call(post(""), null);
    Attempt attempt = once.begin(B);

    assertThat(once.mayRunAgainAfter(attempt)).isFalse();
    attempt.stage = Stage.QUEUED;
    assertThat(once.mayRunAgainAfter(attempt)).isTrue();
    attempt.stage = Stage.CLAIMED;
    assertThat(once.mayRunAgainAfter(attempt)).isFalse();

    RoutedCall safe = call(get(), null);
    RoutedCall keyed =
        call(
            new Request("POST", "/", null, Headers.of("idempotency-key", "k"), post("x").body()),
            null);
    assertThat(safe.mayRunAgainAfter(safe.begin(B))).isTrue();
    assertThat(keyed.mayRunAgainAfter(keyed.begin(B))).isTrue();
  }

  @Test
  void answersOnce() {
    RoutedCall call = call(post(""), null);
    Outcome first = failed("first");

    call.end(first);
    call.end(failed("second"));

    assertThat(answers).containsExactly(first);
    assertThat(call.hasEnded()).isTrue();
  }

  private static Outcome failed(String detail) {
    return new Failed(Failure.CANCELLED, detail, A, 0, Duration.ZERO);
  }

  private RoutedCall call(Request request, @Nullable Duration remaining, NodeId... visited) {
    return new RoutedCall(
        new Route(InvocationId.random(), HELLO, request, remaining, List.of(visited)),
        clock,
        answers::add);
  }
}
