package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.HELLO;
import static edge.starling.verticles.Sample.description;
import static edge.starling.verticles.Sample.hello;
import static edge.starling.verticles.Sample.version;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Announcements;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
  private final HandClock clock = new HandClock();
  private final RoutingTable table = new RoutingTable(clock);

  @Test
  void knowsWhoHasAnnouncedAFunction() {
    assertThat(table.announced(A, 1, hello(1))).isTrue();
    assertThat(table.announced(B, 1, hello(1))).isTrue();

    assertThat(providers()).containsExactlyInAnyOrder(A, B);
  }

  @Test
  void forgetsAProviderThatWithdraws() {
    table.announced(A, 1, hello(1));

    assertThat(table.withdrawn(A, 2, HELLO)).isTrue();
    assertThat(providers()).isEmpty();
  }

  @Test
  void tellsThatAChangeWasMissedAndUsesTheOneThatCame() {
    table.announced(A, 1, description("other", 1));

    assertThat(table.announced(A, 3, hello(1))).isFalse();
    assertThat(providers()).containsExactly(A);
    assertThat(table.isBehind(A, 3)).isTrue();
    assertThat(table.withdrawn(A, 4, HELLO)).isFalse();
    assertThat(providers()).isEmpty();
  }

  @Test
  void ignoresNewsThatIsOutOfDate() {
    table.announced(A, 1, hello(1));
    table.withdrawn(A, 2, HELLO);

    assertThat(table.announced(A, 1, hello(1))).isTrue();
    assertThat(providers()).isEmpty();

    table.announced(A, 3, hello(1));

    assertThat(table.withdrawn(A, 2, HELLO)).isTrue();
    assertThat(providers()).containsExactly(A);
  }

  @Test
  void isBehindUntilItHasTheNumber() {
    assertThat(table.isBehind(A, 0)).isFalse();
    assertThat(table.isBehind(A, 1)).isTrue();

    table.announced(A, 1, hello(1));

    assertThat(table.isBehind(A, 1)).isFalse();
  }

  @Test
  void replacesAllThatItThoughtOfANode() {
    table.announced(A, 1, description("gone", 1));
    table.announced(B, 1, description("gone", 1));

    table.replace(new Announcements(A, 7, List.of(hello(1))));

    assertThat(providersOf("gone")).containsExactly(B);
    assertThat(providers()).containsExactly(A);
    assertThat(table.isBehind(A, 7)).isFalse();
    assertThat(table.announced(A, 8, description("more", 1))).isTrue();
  }

  @Test
  void aListThatIsOlderThanTheNewsChangesNothing() {
    table.replace(new Announcements(A, 7, List.of(hello(1))));

    table.replace(new Announcements(A, 6, List.of()));

    assertThat(providers()).containsExactly(A);
    assertThat(table.isBehind(A, 7)).isFalse();
  }

  @Test
  void learnsFromTheIndex() {
    table.learn(HELLO, new Entry(hello(1), false, List.of(A, B)), node -> true);

    assertThat(providers()).containsExactlyInAnyOrder(A, B);
    assertThat(route().timeout()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void keepsWhoHasAnnouncedItselfWhileTheIndexWasAsked() {
    table.announced(B, 1, hello(1));

    table.learn(HELLO, new Entry(hello(1), false, List.of(A)), node -> true);

    assertThat(providers()).containsExactlyInAnyOrder(A, B);
  }

  @Test
  void learnsNoProviderThatHasLeftMeanwhile() {
    table.learn(HELLO, new Entry(hello(1), false, List.of(A, B)), A::equals);

    assertThat(providers()).containsExactly(A);
  }

  @Test
  void knowsAFunctionThatHasNoProvider() {
    table.learn(HELLO, new Entry(hello(1), false, List.of()), node -> true);

    assertThat(table.find(HELLO)).isNotNull();
    assertThat(table.hasMissed(HELLO)).isTrue();
  }

  @Test
  void forgetsAFunctionThatTheIndexHasForgotten() {
    table.learn(HELLO, new Entry(hello(1), false, List.of()), node -> true);

    table.learn(HELLO, null, node -> true);

    assertThat(table.find(HELLO)).isNull();
    assertThat(table.hasMissed(HELLO)).isTrue();
  }

  @Test
  void keepsAFunctionThatWasAnnouncedWhileTheIndexDidNotKnowIt() {
    table.announced(A, 1, hello(1));

    table.learn(HELLO, null, node -> true);

    assertThat(providers()).containsExactly(A);
  }

  @Test
  void theNewestVersionSaysHowLongACallMayTake() {
    table.announced(A, 1, description(HELLO, version(2), Duration.ofSeconds(2)));
    table.announced(B, 1, description(HELLO, version(1), Duration.ofSeconds(1)));

    assertThat(route().timeout()).isEqualTo(Duration.ofSeconds(2));

    table.announced(B, 2, description(HELLO, version(3), Duration.ofSeconds(3)));

    assertThat(route().timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(providers()).containsExactlyInAnyOrder(A, B);
  }

  @Test
  void forgetsALostNodeAndItsNumber() {
    table.announced(A, 1, hello(1));
    table.announced(B, 1, hello(1));

    table.lost(A);

    assertThat(providers()).containsExactly(B);
    assertThat(table.isBehind(A, 1)).isTrue();
    assertThat(table.announced(A, 1, hello(1))).isTrue();
    assertThat(providers()).containsExactlyInAnyOrder(A, B);
  }

  @Test
  void removesAProviderThatSaysItIsNone() {
    table.announced(A, 1, hello(1));

    table.remove(A, HELLO);
    table.remove(A, FunctionName.parse("unheard-of"));

    assertThat(providers()).isEmpty();
  }

  @Test
  void forgetsADeletedFunction() {
    table.announced(A, 1, hello(1));

    table.deleted(HELLO, version(2));

    assertThat(table.find(HELLO)).isNull();
  }

  @Test
  void anAnnouncementFromBeforeTheDeletionDoesNotBringTheFunctionBack() {
    table.deleted(HELLO, version(2));

    table.announced(A, 1, hello(1));
    table.replace(new Announcements(B, 1, List.of(hello(1))));

    assertThat(table.find(HELLO)).isNull();

    table.announced(A, 2, hello(3));

    assertThat(providers()).containsExactly(A);
  }

  @Test
  void aDeletionFromBeforeTheVersionIsIgnored() {
    table.announced(A, 1, hello(3));

    table.deleted(HELLO, version(2));

    assertThat(providers()).containsExactly(A);
  }

  @Test
  void anOlderDeletionDoesNotHideANewerOne() {
    table.deleted(HELLO, version(4));
    table.deleted(HELLO, version(2));

    table.announced(A, 1, hello(3));

    assertThat(table.find(HELLO)).isNull();
  }

  @Test
  void aFunctionThatTheIndexKnowsIsNoLongerDeleted() {
    table.deleted(HELLO, version(9));

    table.learn(HELLO, new Entry(hello(1), false, List.of(A)), node -> true);

    assertThat(providers()).containsExactly(A);
  }

  @Test
  void learnsADeletionFromTheIndex() {
    table.learn(HELLO, new Entry(hello(1), false, List.of()), node -> true);

    table.learn(HELLO, new Entry(hello(2), true, List.of()), node -> true);

    assertThat(table.find(HELLO)).isNull();
    assertThat(table.hasMissed(HELLO)).isTrue();
  }

  @Test
  void remembersAMissForASecond() {
    table.learn(HELLO, null, node -> true);
    clock.advance(Duration.ofMillis(999));

    assertThat(table.hasMissed(HELLO)).isTrue();

    clock.advance(Duration.ofMillis(1));

    assertThat(table.hasMissed(HELLO)).isFalse();
  }

  @Test
  void anAnnouncementEndsAMiss() {
    table.learn(HELLO, null, node -> true);

    table.announced(A, 1, hello(1));

    assertThat(table.hasMissed(HELLO)).isFalse();
  }

  @Test
  void remembersOnlyTheLastThousandMisses() {
    for (int i = 0; i <= 1_000; i++) {
      table.learn(FunctionName.parse("unknown-" + i), null, node -> true);
    }

    assertThat(table.hasMissed(FunctionName.parse("unknown-0"))).isFalse();
    assertThat(table.hasMissed(FunctionName.parse("unknown-1"))).isTrue();
    assertThat(table.hasMissed(FunctionName.parse("unknown-1000"))).isTrue();
  }

  private RoutingTable.Route route() {
    RoutingTable.Route route = table.find(HELLO);
    assertThat(route).isNotNull();
    return route;
  }

  private Set<NodeId> providers() {
    return route().providers();
  }

  private Set<NodeId> providersOf(String function) {
    RoutingTable.Route route = table.find(FunctionName.parse(function));
    return route == null ? Set.of() : route.providers();
  }
}
