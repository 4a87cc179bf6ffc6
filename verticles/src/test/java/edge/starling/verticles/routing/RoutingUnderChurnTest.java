package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.get;
import static edge.starling.verticles.Sample.hello;
import static edge.starling.verticles.Sample.post;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.RoutingMessage.Cancel;
import edge.starling.codecs.messages.RoutingMessage.Route;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three routers whose invokers are moody, while nodes die and come back in a new life. */
class RoutingUnderChurnTest {
  private static final int CALLS = 400;
  private static final int AT_ONCE = 40;
  private static final int CALLS_BETWEEN_DEATHS = 80;

  private final Set<Route> cancelled = new HashSet<>();
  private final List<NodeId> live = new ArrayList<>(List.of(A, B, C));
  private final Deque<NodeId> dead = new ArrayDeque<>();

  private record Asked(Route call, Future<Outcome> outcome) {}

  @ParameterizedTest
  @CsvSource({
    "1, local-first, 1",
    "2, local-first, 2",
    "3, least-in-progress, 2",
    "4, round-robin, 2",
    "5, round-robin, 3",
  })
  void everyCallEndsAndNoneRunsTwiceThatMustNot(long seed, String policy, int hops) {
    Random random = new Random(seed);
    Moody moody = new Moody(seed);
    try (Neighbourhood nodes =
        Neighbourhood.of("routing.policy=" + policy, "routing.hops=" + hops, "invoker.slots=2")) {
      live.forEach(node -> moody.infect(nodes.at(node), node));
      nodes.index(hello(1), A, B, C);
      List<Asked> asked = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        asked.add(ask(nodes, random));
        if (i >= AT_ONCE) {
          settle(asked.get(i - AT_ONCE));
        }
        if (i % CALLS_BETWEEN_DEATHS == CALLS_BETWEEN_DEATHS / 2) {
          kill(nodes, random);
        } else if (i % CALLS_BETWEEN_DEATHS == CALLS_BETWEEN_DEATHS - 1) {
          bringBack(nodes, moody);
        }
      }

      asked.forEach(call -> assertRight(call, moody));
      nodes.assertQuiet();
    }
  }

  private Asked ask(Neighbourhood nodes, Random random) {
    NodeId entry = live.get(random.nextInt(live.size()));
    Route call =
        Neighbourhood.route(random.nextInt(4) == 0 ? get() : post("x"), Duration.ofMillis(500));
    Asked asked = new Asked(call, nodes.send(entry, call));
    if (random.nextInt(30) == 0) {
      cancelled.add(call);
      nodes.tell(Addresses.CANCEL, entry, new Cancel(call.id()));
    }
    return asked;
  }

  private void kill(Neighbourhood nodes, Random random) {
    NodeId victim = live.remove(random.nextInt(live.size()));
    dead.add(victim);
    nodes.index(hello(1), live.toArray(NodeId[]::new));
    nodes.kill(victim);
    nodes.lose(victim);
  }

  private void bringBack(Neighbourhood nodes, Moody moody) {
    NodeId before = dead.remove();
    NodeId again = new NodeId(before.name(), before.incarnation() + 1);
    live.add(again);
    nodes.start(again);
    moody.infect(nodes.at(again), again);
    nodes.index(hello(1), live.toArray(NodeId[]::new));
    nodes.announce(again, hello(1));
  }

  private static void settle(Asked asked) {
    Neighbourhood.await(asked.outcome.transform(ended -> Future.succeededFuture()));
  }

  private void assertRight(Asked asked, Moody moody) {
    settle(asked);
    int runs = moody.runsOf(asked.call.id());
    boolean once = !asked.call.request().isIdempotent();
    if (once) {
      assertThat(runs).as("runs of %s", asked).isLessThanOrEqualTo(1);
    }
    if (asked.outcome.failed()) {
      assertThat(((BusError) asked.outcome.cause()).code())
          .as("why the entry node did not answer")
          .isIn(BusError.Code.PEER_LOST, BusError.Code.NO_HANDLER);
      return;
    }
    Outcome outcome = asked.outcome.result();
    if (outcome instanceof Completed) {
      assertThat(runs).as("runs of %s", asked).isPositive();
    } else if (outcome instanceof Refused && once) {
      assertThat(runs).as("runs of %s", asked).isZero();
    } else if (outcome instanceof Failed failed) {
      assertThat(failed.failure())
          .as("outcome of %s", asked)
          .isIn(
              cancelled.contains(asked.call)
                  ? List.of(Failure.CANCELLED, Failure.FUNCTION_ERROR, Failure.PROVIDER_LOST)
                  : List.of(Failure.FUNCTION_ERROR, Failure.PROVIDER_LOST, Failure.DEADLINE));
    }
  }
}
