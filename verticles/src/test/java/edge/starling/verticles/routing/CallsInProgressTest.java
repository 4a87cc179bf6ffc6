package edge.starling.verticles.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallsInProgressTest {
  private final CallsInProgress<String> calls = new CallsInProgress<>();

  @Test
  void choosesThePeerWithTheFewestCalls() {
    calls.acquire("a");
    calls.acquire("a");
    calls.acquire("b");

    assertThat(fewestOf("a", "b")).contains("b");
    assertThat(calls.at("a")).isEqualTo(2);
  }

  @Test
  void breaksATieInFavourOfTheOneNotChosenForLongest() {
    List<String> chosen = new ArrayList<>();
    Set<String> peers = Set.of("a", "b", "c");
    List.of("a", "b", "c").forEach(calls::add);

    for (int i = 0; i < 6; i++) {
      String peer = calls.fewest(peers, any -> true).orElseThrow();
      calls.acquire(peer);
      chosen.add(peer);
    }

    assertThat(chosen).containsExactly("a", "b", "c", "a", "b", "c");
  }

  @Test
  void spreadsAManycallOverTwoNodesOfWhichOneHasTwoCalls() {
    // "Decentralized Edge FaaS", spread of four items with two calls at node 2: both end with 3.
    calls.add("node-1");
    calls.acquire("node-2");
    calls.acquire("node-2");

    for (int i = 0; i < 4; i++) {
      calls.acquire(fewestOf("node-1", "node-2").orElseThrow());
    }

    assertThat(calls.at("node-1")).isEqualTo(3);
    assertThat(calls.at("node-2")).isEqualTo(3);
  }

  @Test
  void passesOverPeersThatMayNotBeChosen() {
    calls.add("a");
    calls.acquire("b");

    assertThat(calls.fewest(Set.of("a", "b"), peer -> !peer.equals("a"))).contains("b");
    assertThat(calls.fewest(Set.of("a"), peer -> false)).isEmpty();
    assertThat(calls.fewest(Set.of("stranger"), any -> true)).isEmpty();
  }

  @Test
  void forgetsARemovedPeerAndItsCalls() {
    calls.acquire("a");
    calls.remove("a");
    calls.release("a");

    assertThat(calls.at("a")).isZero();
    assertThat(calls.total()).isZero();
    assertThat(fewestOf("a")).isEmpty();
  }

  @Test
  void neverCountsBelowZero() {
    calls.add("a");
    calls.release("a");

    assertThat(calls.at("a")).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithASimpleModelWhateverHappens(long seed) {
    Random random = new Random(seed);
    Model model = new Model();
    for (int step = 0; step < 5_000; step++) {
      String peer = "p" + random.nextInt(12);
      switch (random.nextInt(10)) {
        case 0 -> {
          calls.add(peer);
          model.add(peer);
        }
        case 1 -> {
          calls.remove(peer);
          model.remove(peer);
        }
        case 2, 3, 4 -> {
          calls.release(peer);
          model.release(peer);
        }
        default -> {
          Set<String> among = someOf(random);
          Optional<String> chosen = calls.fewest(among, p -> !p.equals(peer));
          assertThat(chosen).isEqualTo(model.fewest(among, peer));
          chosen.ifPresent(
              p -> {
                calls.acquire(p);
                model.acquire(p);
              });
        }
      }
    }
    assertThat(model.order).allSatisfy(p -> assertThat(calls.at(p.name)).isEqualTo(p.calls));
    assertThat(calls.total()).isEqualTo(model.order.stream().mapToInt(p -> p.calls).sum());
  }

  private static Set<String> someOf(Random random) {
    Set<String> some = new HashSet<>();
    int size = random.nextInt(13);
    for (int i = 0; i < size; i++) {
      some.add("p" + random.nextInt(12));
    }
    return some;
  }

  private Optional<String> fewestOf(String... peers) {
    return calls.fewest(Set.of(peers), any -> true);
  }

  /** The same by looking at everybody: the list is in the order of the last move. */
  private static final class Model {
    private static final class Peer {
      final String name;
      int calls;

      Peer(String name) {
        this.name = name;
      }
    }

    final List<Peer> order = new ArrayList<>();

    Optional<Peer> find(String name) {
      return order.stream().filter(p -> p.name.equals(name)).findFirst();
    }

    void add(String name) {
      if (find(name).isEmpty()) {
        order.add(new Peer(name));
      }
    }

    void remove(String name) {
      order.removeIf(p -> p.name.equals(name));
    }

    void acquire(String name) {
      move(find(name).orElseThrow(), 1);
    }

    void release(String name) {
      find(name).filter(p -> p.calls > 0).ifPresent(p -> move(p, -1));
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
