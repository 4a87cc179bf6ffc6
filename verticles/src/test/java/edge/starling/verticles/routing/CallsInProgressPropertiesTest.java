package edge.starling.verticles.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** The load structure does what a list does that looks at everybody. */
class CallsInProgressPropertiesTest {

  private interface Step {
    void takenBy(CallsInProgress<String> calls, Model model);
  }

  @Property(tries = 500)
  void agreesWithASimpleModelWhateverHappens(@ForAll("histories") List<Step> history) {
    CallsInProgress<String> calls = new CallsInProgress<>();
    Model model = new Model();

    for (Step step : history) {
      step.takenBy(calls, model);
      assertThat(calls.total()).isEqualTo(model.order.stream().mapToInt(p -> p.calls).sum());
      assertThat(model.order).allSatisfy(p -> assertThat(calls.at(p.name)).isEqualTo(p.calls));
    }
  }

  @Property(tries = 200)
  void isEmptyOnceEverythingIsTakenBack(@ForAll("histories") List<Step> history) {
    CallsInProgress<String> calls = new CallsInProgress<>();
    Model model = new Model();
    history.forEach(step -> step.takenBy(calls, model));

    for (Model.Peer peer : List.copyOf(model.order)) {
      for (int i = 0; i < peer.calls; i++) {
        calls.release(peer.name);
      }
      for (int i = 0; i < peer.needs; i++) {
        calls.forgo(peer.name);
      }
    }

    assertThat(calls.total()).isZero();
    assertThat(calls.fewest(Set.of("p0", "p1", "p2", "p3", "p4", "p5"), any -> true)).isEmpty();
  }

  @Provide
  Arbitrary<List<Step>> histories() {
    Arbitrary<String> peer = Arbitraries.integers().between(0, 5).map(i -> "p" + i);
    Arbitrary<Set<String>> some = peer.set().ofMaxSize(6);
    Arbitrary<Step> choose =
        Combinators.combine(some, peer).as(CallsInProgressPropertiesTest::choose);
    return Arbitraries.frequencyOf(
            Tuple.of(4, choose),
            Tuple.of(2, peer.map(CallsInProgressPropertiesTest::acquire)),
            Tuple.of(5, peer.map(CallsInProgressPropertiesTest::release)),
            Tuple.of(2, peer.map(CallsInProgressPropertiesTest::need)),
            Tuple.of(2, peer.map(CallsInProgressPropertiesTest::forgo)),
            Tuple.of(1, peer.map(CallsInProgressPropertiesTest::remove)))
        .list()
        .ofMaxSize(200);
  }

  private static Step choose(Set<String> among, String except) {
    return (calls, model) -> {
      Optional<String> chosen = calls.fewest(among, p -> !p.equals(except));
      assertThat(chosen).isEqualTo(model.fewest(among, except));
      chosen.ifPresent(
          p -> {
            calls.acquire(p);
            model.acquire(p);
          });
    };
  }

  private static Step acquire(String peer) {
    return (calls, model) -> {
      calls.acquire(peer);
      model.acquire(peer);
    };
  }

  private static Step release(String peer) {
    return (calls, model) -> {
      calls.release(peer);
      model.release(peer);
    };
  }

  private static Step need(String peer) {
    return (calls, model) -> {
      calls.need(peer);
      model.need(peer);
    };
  }

  private static Step forgo(String peer) {
    return (calls, model) -> {
      calls.forgo(peer);
      model.forgo(peer);
    };
  }

  private static Step remove(String peer) {
    return (calls, model) -> {
      calls.remove(peer);
      model.order.removeIf(p -> p.name.equals(peer));
    };
  }

  /** The list is in the order of the last move. */
  private static final class Model {
    private static final class Peer {
      final String name;
      int calls;
      int needs;

      Peer(String name) {
        this.name = name;
      }
    }

    final List<Peer> order = new ArrayList<>();

    Peer peer(String name) {
      return find(name)
          .orElseGet(
              () -> {
                Peer peer = new Peer(name);
                order.add(peer);
                return peer;
              });
    }

    Optional<Peer> find(String name) {
      return order.stream().filter(p -> p.name.equals(name)).findFirst();
    }

    void need(String name) {
      peer(name).needs++;
    }

    void forgo(String name) {
      find(name).filter(p -> p.needs > 0).ifPresent(p -> p.needs--);
      drop();
    }

    void acquire(String name) {
      move(peer(name), 1);
    }

    void release(String name) {
      find(name).filter(p -> p.calls > 0).ifPresent(p -> move(p, -1));
      drop();
    }

    void drop() {
      order.removeIf(p -> p.calls == 0 && p.needs == 0);
    }

    void move(Peer peer, int by) {
      order.remove(peer);
      peer.calls += by;
      order.add(peer);
    }

    Optional<String> fewest(Set<String> among, String except) {
      return order.stream()
          .filter(p -> among.contains(p.name) && !p.name.equals(except))
          .reduce((one, other) -> other.calls < one.calls ? other : one)
          .map(p -> p.name);
    }
  }
}
