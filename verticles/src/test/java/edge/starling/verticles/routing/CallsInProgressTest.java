package edge.starling.verticles.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

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
    List.of("a", "b", "c").forEach(calls::need);

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
    calls.need("node-1");
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
    calls.need("a");
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
    calls.need("a");
    calls.release("a");

    assertThat(calls.at("a")).isZero();
  }

  @Test
  void dropsAPeerWithoutCallsThatNobodyNeeds() {
    calls.need("a");
    calls.need("a");
    calls.forgo("a");
    assertThat(fewestOf("a")).contains("a");
    calls.acquire("a");
    calls.forgo("a");
    assertThat(fewestOf("a")).contains("a");

    calls.release("a");

    assertThat(fewestOf("a")).isEmpty();
  }

  private Optional<String> fewestOf(String... peers) {
    return calls.fewest(Set.of(peers), any -> true);
  }
}
