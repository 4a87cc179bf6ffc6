package edge.starling.verticles.index;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.description;
import static edge.starling.verticles.Sample.version;
import static edge.starling.verticles.index.IndexedNode.freePort;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.bus.BusError.Code;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Deleted;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.PeerLost;
import edge.starling.codecs.messages.IndexMessage.Verdict;
import edge.starling.codecs.messages.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the maps have lost is known all the same. */
class CatalogueIT {
  private final String cluster = UUID.randomUUID().toString();
  private final List<Integer> ports = List.of(freePort(), freePort());
  private final Description first = description("first", 1);
  private final Description second = description("second", 1);
  private final Description third = description("third", 1);
  @TempDir private Path folderOfA;
  @TempDir private Path folderOfB;

  @Test
  void allIsKnownAfterAllNodesWereRestarted() {
    Entry tombstone;
    try (IndexedNode a = a(1);
        IndexedNode b = b(1)) {
      a.publish(first, null);
      b.publish(second, null);
      a.publish(third, null);
      tombstone = b.delete(third.name());
    }

    try (IndexedNode b = b(2)) {
      assertThat(b.lookup(first.name())).isEqualTo(new Entry(first, false, List.of()));
      assertThat(b.lookup(third.name())).isEqualTo(tombstone);
      assertThat(b.list("", null, 10).entries())
          .extracting(Entry::description)
          .containsExactly(first, second);
      assertThat(b.announce(third).verdict()).isEqualTo(Verdict.DELETED);
      assertThat(b.publish(other(first), null).verdict()).isEqualTo(Verdict.OUTDATED);
      assertThat(b.announce(second).verdict()).isEqualTo(Verdict.CURRENT);
      assertThat(b.lookup(second.name()).providers()).containsExactly(new NodeId("b", 2));
      assertThat(b.delete(first.name())).isNotNull();
      assertThat(b.delete(third.name())).isNull();
    }
  }

  @Test
  void aNodeKnowsWhatItHasOnlyHeardOf() {
    try (IndexedNode a = a(1)) {
      a.publish(first, null);
      try (IndexedNode b = b(1)) {
        a.publish(second, null);
        eventually().until(() -> Files.exists(folderOfB.resolve("catalogue")));
        // asked of the files that it has when it comes back, alone
        eventually().untilAsserted(() -> assertThat(known(folderOfB)).contains(first, second));
        b.die();
      }
    }

    try (IndexedNode b = b(2)) {
      assertThat(b.lookup(first.name())).isEqualTo(new Entry(first, false, List.of()));
      assertThat(b.lookup(second.name())).isEqualTo(new Entry(second, false, List.of()));
    }
  }

  @Test
  void whatTheMapHasLostIsThereAgainWhenItIsAskedFor() {
    try (IndexedNode a = a(1)) {
      a.publish(first, null);
      a.lose(first.name());

      assertThat(a.lookup(first.name())).isEqualTo(new Entry(first, false, List.of(A)));
      assertThat(a.store().lookup(first.name())).isNotNull();

      Description next = description("first", 2);
      a.lose(first.name());
      assertThat(a.publish(next, new FunctionVersion(7, "ff")).verdict())
          .isEqualTo(Verdict.OUTDATED);
      assertThat(a.publish(next, version(1)).verdict()).isEqualTo(Verdict.CURRENT);
    }
  }

  @Test
  void whatTheMapHasLostIsThereAgainWhenAMemberIsLost() {
    try (IndexedNode a = a(1);
        IndexedNode b = b(1)) {
      b.publish(first, null);
      eventually().untilAsserted(() -> assertThat(a.list("first", null, 1).entries()).hasSize(1));
      a.lose(first.name());

      b.die();

      eventually().untilAsserted(() -> assertThat(a.heard).contains(new PeerLost(B)));
      eventually()
          .untilAsserted(
              () ->
                  assertThat(a.store().lookup(first.name()))
                      .isEqualTo(new Entry(first, false, List.of())));
    }
  }

  @Test
  void whoComesBackWithADeletedFunctionIsToldByThoseWhoKnow() {
    try (IndexedNode a = a(1)) {
      a.publish(first, null);
      a.delete(first.name());
    }
    try (IndexedNode b = b(1)) {
      assertThat(b.announce(first).verdict()).isEqualTo(Verdict.CURRENT);

      try (IndexedNode a = a(2)) {
        Entry tombstone = a.lookup(first.name());
        assertThat(tombstone.deleted()).isTrue();
        eventually()
            .untilAsserted(
                () ->
                    assertThat(b.heard)
                        .contains(new Deleted(first.name(), tombstone.description().version())));
        assertThat(b.lookup(first.name())).isEqualTo(tombstone);
      }
    }
  }

  @Test
  void whatWasWithdrawnMeanwhileIsNotAnnouncedAgain() {
    try (IndexedNode a = a(1)) {
      a.publish(first, null);
      a.withdraw(first.name(), false);

      assertThat(a.store().announceAgain(A, first, () -> false)).isEmpty();
      assertThat(a.providers(first.name())).isEmpty();
      assertThat(a.store().announceAgain(A, first, () -> true)).isPresent();
      assertThat(a.providers(first.name())).containsExactly(A);
    }
  }

  @Test
  void mapsThatAreOutOfReachAreSilent() {
    try (IndexedNode a = a(1)) {
      a.die();

      assertThatThrownBy(() -> a.lookup(first.name()))
          .isInstanceOfSatisfying(
              BusError.class, error -> assertThat(error.code()).isEqualTo(Code.TIMED_OUT));
    }
  }

  @Test
  void aDamagedFileDoesNotStopTheStart() throws IOException {
    Files.writeString(folderOfA.resolve("catalogue"), "nonsense");

    try (IndexedNode a = a(1)) {
      assertThat(a.lookup(first.name())).isNull();
      a.publish(first, null);
    }

    assertThat(folderOfA.resolve("catalogue.damaged")).hasContent("nonsense");
    try (IndexedNode a = a(2)) {
      assertThat(a.lookup(first.name())).isEqualTo(new Entry(first, false, List.of()));
    }
  }

  private static Description other(Description one) {
    return description(one.name(), new FunctionVersion(1, "ff"), Duration.ofSeconds(1));
  }

  private static List<Description> known(Path folder) throws IOException {
    Catalogue catalogue = new Catalogue(Clock.systemUTC(), Duration.ofDays(7), 100, entry -> {});
    new CatalogueFile(folder, catalogue).load();
    return catalogue.all().stream().map(Entry::description).toList();
  }

  private IndexedNode a(long life) {
    return IndexedNode.join(new NodeId("a", life), cluster, ports.get(0), ports, folderOfA);
  }

  private IndexedNode b(long life) {
    return IndexedNode.join(new NodeId("b", life), cluster, ports.get(1), ports, folderOfB);
  }

  private static ConditionFactory eventually() {
    return Awaitility.await().atMost(Duration.ofSeconds(30));
  }
}
