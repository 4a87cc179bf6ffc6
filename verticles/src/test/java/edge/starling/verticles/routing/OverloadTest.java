package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.HELLO;
import static edge.starling.verticles.Sample.IDLE;
import static edge.starling.verticles.Sample.hello;
import static edge.starling.verticles.Sample.post;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Capacity.Kind;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.LoadMessage.FunctionLoad;
import edge.starling.codecs.messages.LoadMessage.Inflow;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.RoutingMessage.Route;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The published experiment, and those that its system fails, with the policy alone: nodes of a set
 * rate that tell their load, messages that take no time, and a clock that the test moves.
 */
class OverloadTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int TICKS_A_SECOND = 1_000;

  private final HandClock clock = new HandClock();
  private final Map<NodeId, Site> sites = new LinkedHashMap<>();
  private final List<Map<NodeId, Integer>> seconds = new ArrayList<>();
  private int refused;

  @ParameterizedTest
  @ValueSource(ints = {100, 1_000, 60_000})
  void aRushIsSplitBySlackInEverySecond(int updateMillis) {
    rates(10, 20, 30);

    run(20, updateMillis, 50, 0, 0);

    assertThat(refused).isZero();
    assertThat(seconds)
        .allSatisfy(
            second -> {
              assertThat(second.get(A)).isBetween(9, 11);
              assertThat(second.get(B)).isBetween(15, 17);
              assertThat(second.get(C)).isBetween(23, 25);
            });
  }

  @Test
  void twoRushesShareWhatIsFreeAndOnlyTheRestIsRefused() {
    rates(10, 10, 30);

    run(20, 1_000, 30, 30, 0);

    assertThat(refused).isBetween(20 * 10 - 20, 20 * 10 + 20);
    assertThat(seconds).allSatisfy(second -> assertThat(second.get(C)).isBetween(29, 31));
  }

  @Test
  void whatIsFreeIsServedSteadilyAndTheRestRefused() {
    rates(10, 20, 30);

    run(20, 1_000, 100, 0, 0);

    assertThat(seconds)
        .allSatisfy(
            second ->
                assertThat(second.values().stream().mapToInt(Integer::intValue).sum())
                    .isBetween(59, 61));
    assertThat(refused).isBetween(20 * 40 - 20, 20 * 40 + 20);
  }

  @Test
  void theOwnUsersOfAPeerAreServedThere() {
    rates(10, 20, 30);

    run(20, 1_000, 45, 12, 0);

    // but for those that came before the forwarded ones knew of them
    assertThat(sites.get(B).ownServed).isBetween(19 * 12, 20 * 12);
    assertThat(refused).isZero();
    assertThat(seconds).allSatisfy(second -> assertThat(second.get(C)).isLessThanOrEqualTo(31));
  }

  private void rates(double... rates) {
    List<NodeId> nodes = List.of(A, B, C);
    for (int i = 0; i < rates.length; i++) {
      sites.put(nodes.get(i), new Site(nodes.get(i), rates[i]));
    }
    sites.values().forEach(site -> site.meet(nodes));
    tell();
  }

  /** The sites get so many calls a second, each at a time of its own. */
  private void run(int length, int updateMillis, int... perSecond) {
    RandomGenerator random = new Random(5);
    List<Site> entries = List.copyOf(sites.values());
    for (int tick = 0; tick < length * TICKS_A_SECOND; tick++) {
      if (tick % TICKS_A_SECOND == 0) {
        seconds.add(new HashMap<>(Map.of(A, 0, B, 0, C, 0)));
      }
      if (tick % updateMillis == updateMillis - 1) {
        tell();
      }
      for (int i = 0; i < entries.size(); i++) {
        int due = tick % TICKS_A_SECOND * perSecond[i] / TICKS_A_SECOND;
        int before =
            tick % TICKS_A_SECOND == 0
                ? -1
                : (tick - 1) % TICKS_A_SECOND * perSecond[i] / TICKS_A_SECOND;
        if (perSecond[i] > 0 && due != before) {
          clock.advance(Duration.ofNanos(1 + random.nextInt(1_000)));
          call(entries.get(i));
        }
      }
      clock.advance(Duration.ofMillis(1));
    }
  }

  private void tell() {
    sites
        .values()
        .forEach(teller -> sites.values().forEach(site -> site.peers.reported(teller.report())));
  }

  private void call(Site entry) {
    RoutedCall call =
        new RoutedCall(
            new Route(InvocationId.random(), HELLO, post(""), null, List.of()),
            clock,
            outcome -> {});
    entry.arrivals.add(clock.getAsLong());
    while (true) {
      Decision decision = entry.policy.decide(call, entry.view);
      NodeId node =
          decision instanceof Decision.Forward forward
              ? forward.inOrder().get(0)
              : decision.equals(Decision.HERE) ? entry.node : null;
      if (node == null) {
        refused++;
        return;
      }
      call.begin(node);
      Site target = sites.get(node);
      if (target.admit(entry.node.equals(node) ? null : entry.node)) {
        seconds.get(seconds.size() - 1).merge(node, 1, Integer::sum);
        return;
      }
      entry.peers.refused(HELLO, new Refused(Reason.OVER_RATE, node, IDLE, target.untilRoom()));
    }
  }

  /** A node: what it knows, and how it admits. */
  private final class Site {
    final NodeId node;
    final Capacity capacity;
    final Peers peers = new Peers(Duration.ofDays(1), clock);
    final RoutingTable table = new RoutingTable(clock);
    final LiveView view;
    final SchedulingPolicy policy = ExcessSplit.bySlack();
    final Deque<Long> admitted = new ArrayDeque<>();
    final Deque<Long> arrivals = new ArrayDeque<>();
    final Map<NodeId, Deque<Long>> inflows = new HashMap<>();
    int ownServed;

    Site(NodeId node, double rate) {
      this.node = node;
      this.capacity = new Capacity(Kind.RATE, rate);
      this.view = new LiveView(node, table, peers, new CallsInProgress<>());
      view.setLimits(1, 1_000);
    }

    void meet(List<NodeId> nodes) {
      nodes.forEach(peers::joined);
      table.learn(HELLO, new Entry(hello(1), false, nodes), any -> true);
    }

    boolean admit(@Nullable NodeId sender) {
      long own = lastSecond(arrivals);
      long others = inflows.values().stream().mapToLong(this::lastSecond).sum();
      boolean room = lastSecond(admitted) < capacity.limit();
      boolean reserved = sender != null && own + others >= capacity.limit();
      if (!room || reserved) {
        return false;
      }
      admitted.add(clock.getAsLong());
      if (sender != null) {
        inflows.computeIfAbsent(sender, id -> new ArrayDeque<>()).add(clock.getAsLong());
      } else {
        ownServed++;
      }
      return true;
    }

    Duration untilRoom() {
      long now = clock.getAsLong();
      return admitted.isEmpty()
          ? Duration.ofMillis(1)
          : Duration.ofNanos(Math.max(1, SECOND.toNanos() - (now - admitted.element())));
    }

    LoadReport report() {
      double local = lastSecond(arrivals);
      List<Inflow> in = new ArrayList<>();
      inflows.forEach((from, times) -> in.add(new Inflow(from, lastSecond(times))));
      FunctionLoad load =
          new FunctionLoad(HELLO, capacity, local, in, local > capacity.limit(), 0, 0, null);
      return new LoadReport(node, 1, State.NORMAL, IDLE, capacity, List.of(load));
    }

    private long lastSecond(Deque<Long> times) {
      while (!times.isEmpty() && clock.getAsLong() - times.element() >= SECOND.toNanos()) {
        times.remove();
      }
      return times.size();
    }
  }
}
