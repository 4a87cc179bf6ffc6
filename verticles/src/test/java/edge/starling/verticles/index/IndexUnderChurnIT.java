package edge.starling.verticles.index;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.description;
import static edge.starling.verticles.Sample.hello;
import static edge.starling.verticles.Sample.version;
import static edge.starling.verticles.index.IndexedNode.freePort;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.PeerJoined;
import edge.starling.codecs.messages.IndexMessage.PeerLost;
import edge.starling.codecs.messages.IndexMessage.Verdict;
import edge.starling.codecs.messages.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** Members that die, come back, and are split from each other. */
class IndexUnderChurnIT {
  private final String cluster = UUID.randomUUID().toString();
  private final List<Integer> ports = List.of(freePort(), freePort(), freePort());

  @Test
  void theProvidersOfADeadNodeVanishAndTheDescriptionsStay() {
    Description shared = description("shared", 1);
    Description alone = description("alone", 1);
    try (IndexedNode a = member(A, 0);
        IndexedNode b = member(B, 1);
        IndexedNode c = member(C, 2)) {
      a.publish(shared, null);
      c.announce(shared);
      c.publish(alone, null);

      c.die();

      eventually().untilAsserted(() -> assertThat(a.heard).contains(new PeerLost(C)));
      eventually().untilAsserted(() -> assertThat(b.heard).contains(new PeerLost(C)));
      assertThat(b.providers(shared.name())).containsExactly(A);
      assertThat(b.lookup(alone.name())).isEqualTo(new Entry(alone, false, List.of()));
    }
  }

  @Test
  void aNodeThatComesBackInANewLifeKeepsItsNewEntries() {
    NodeId again = new NodeId("b", 2);
    try (IndexedNode a = member(A, 0)) {
      try (IndexedNode b = member(B, 1)) {
        a.publish(hello(1), null);
        b.announce(hello(1));
        b.die();
      }
      try (IndexedNode b = member(again, 2)) {
        assertThat(b.announce(hello(1)).verdict()).isEqualTo(Verdict.CURRENT);

        eventually()
            .untilAsserted(
                () ->
                    assertThat(a.heard)
                        .contains(new PeerLost(B), new PeerJoined(new Member(again, "http://b"))));
        assertThat(a.providers(hello(1).name())).containsExactly(A, again);
        // The clean-up after the earlier life may still be under way: it must not touch this one.
        a.announce(description("later", 1));
        assertThat(a.providers(hello(1).name())).containsExactly(A, again);
      }
    }
  }

  @Test
  void afterASplitTheHigherVersionStandsAndADeletionIsOne() {
    FunctionName updated = FunctionName.parse("updated");
    FunctionName deleted = FunctionName.parse("deleted");
    Description onlyHere = description("only-here", 1);
    Description onlyThere = description("only-there", 1);
    try (IndexedNode a = alone(A, 0);
        IndexedNode b = alone(B, 1)) {
      a.publish(description("updated", 1), null);
      b.publish(description("updated", 1), null);
      b.publish(description("updated", 2), version(1));
      a.publish(description("deleted", 1), null);
      b.publish(description("deleted", 1), null);
      b.delete(deleted);
      a.publish(onlyHere, null);
      b.publish(onlyThere, null);

      a.lookFor(ports.get(1));
      b.lookFor(ports.get(0));

      eventually().until(() -> a.members() == 2 && b.members() == 2);
      for (IndexedNode node : List.of(a, b)) {
        eventually()
            .untilAsserted(
                () -> {
                  assertThat(node.lookup(updated).description())
                      .isEqualTo(description("updated", 2));
                  assertThat(node.lookup(deleted).deleted()).isTrue();
                  assertThat(node.lookup(onlyHere.name()))
                      .isEqualTo(new Entry(onlyHere, false, List.of(A)));
                  assertThat(node.lookup(onlyThere.name()))
                      .isEqualTo(new Entry(onlyThere, false, List.of(B)));
                });
      }
      assertThat(a.announce(description("updated", 1)).verdict()).isEqualTo(Verdict.OUTDATED);
      assertThat(a.announce(description("deleted", 1)).verdict()).isEqualTo(Verdict.DELETED);
    }
  }

  private IndexedNode member(NodeId node, int port) {
    return IndexedNode.join(node, cluster, ports.get(port), ports);
  }

  private IndexedNode alone(NodeId node, int port) {
    return IndexedNode.join(node, cluster, ports.get(port), List.of(ports.get(port)));
  }

  private static ConditionFactory eventually() {
    return Awaitility.await().atMost(Duration.ofSeconds(30));
  }
}
