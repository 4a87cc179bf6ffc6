package edge.starling.verticles.index;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.description;
import static edge.starling.verticles.Sample.version;
import static edge.starling.verticles.index.IndexedNode.await;
import static edge.starling.verticles.index.IndexedNode.freePort;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Announced;
import edge.starling.codecs.messages.IndexMessage.Announcements;
import edge.starling.codecs.messages.IndexMessage.Deleted;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.FunctionPage;
import edge.starling.codecs.messages.IndexMessage.Leave;
import edge.starling.codecs.messages.IndexMessage.ListMembers;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.PeerJoined;
import edge.starling.codecs.messages.IndexMessage.PeerLost;
import edge.starling.codecs.messages.IndexMessage.ProviderWithdrawn;
import edge.starling.codecs.messages.IndexMessage.Standing;
import edge.starling.codecs.messages.IndexMessage.Verdict;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two members that live through all of the tests; each test has functions of its own. */
class IndexVerticleIT {
  private static String cluster;
  private static List<Integer> ports;
  private static IndexedNode a;
  private static IndexedNode b;

  @BeforeAll
  static void start() {
    cluster = UUID.randomUUID().toString();
    ports = List.of(freePort(), freePort());
    a = IndexedNode.join(A, cluster, ports.get(0), ports);
    b = IndexedNode.join(B, cluster, ports.get(1), ports);
  }

  @AfterAll
  static void stop() {
    a.close();
    b.close();
  }

  @Test
  void theMembersKnowEachOther() {
    assertThat(await(a.ask(Addresses.LIST_MEMBERS, new ListMembers())).members())
        .containsExactlyInAnyOrder(new Member(A, "http://a"), new Member(B, "http://b"));
  }

  @Test
  void aMemberWithATakenNameIsNoNode() {
    NodeId namesake = new NodeId(A.name(), A.incarnation() + 1);
    HazelcastInstance member = IndexedNode.bareMember(namesake, cluster, freePort(), ports);
    try {
      Awaitility.await().until(() -> b.members() == 3);
      assertThat(await(b.ask(Addresses.LIST_MEMBERS, new ListMembers())).members())
          .containsExactlyInAnyOrder(new Member(A, "http://a"), new Member(B, "http://b"));
    } finally {
      member.shutdown();
    }
    Awaitility.await().until(() -> b.members() == 2);
    assertThat(await(b.ask(Addresses.LIST_MEMBERS, new ListMembers())).members()).hasSize(2);
    assertThat(b.heard)
        .noneMatch(
            news -> news instanceof PeerJoined joined && joined.member().node().equals(namesake))
        .noneMatch(news -> news instanceof PeerLost lost && lost.node().equals(namesake));
  }

  @Test
  void whatIsPublishedAtOneIsFoundAtTheOther() {
    Description published = description("published", 1);

    Standing standing = a.publish(published, null);

    assertThat(standing.verdict()).isEqualTo(Verdict.CURRENT);
    assertThat(b.lookup(published.name())).isEqualTo(new Entry(published, false, List.of(A)));
    assertThat(a.heard).anyMatch(news -> isAnnouncementOf(published, news));
    assertThat(b.lookup(FunctionName.parse("unheard-of"))).isNull();
  }

  @Test
  void aFurtherProviderJoinsAndLeaves() {
    Description shared = description("shared", 1);
    a.publish(shared, null);

    assertThat(b.announce(shared).newest().providers()).containsExactly(A, B);
    assertThat(a.providers(shared.name())).containsExactly(A, B);
    assertThat(b.withdraw(shared.name(), true).last()).isFalse();
    assertThat(a.providers(shared.name())).containsExactly(A);
    assertThat(b.heard)
        .anyMatch(
            news -> news instanceof ProviderWithdrawn w && w.function().equals(shared.name()));
  }

  @Test
  void theLastProviderTakesTheFunctionAlongIfItSaysSo() {
    Description gone = description("gone-with-the-last", 1);
    a.publish(gone, null);

    assertThat(a.withdraw(gone.name(), true).last()).isTrue();

    Entry tombstone = b.lookup(gone.name());
    assertThat(tombstone).isNotNull();
    assertThat(tombstone.deleted()).isTrue();
    assertThat(a.heard).contains(new Deleted(gone.name(), tombstone.description().version()));
  }

  @Test
  void theDescriptionOutlivesTheLastProviderOtherwise() {
    Description kept = description("kept", 1);
    a.publish(kept, null);

    assertThat(a.withdraw(kept.name(), false).last()).isTrue();

    assertThat(b.lookup(kept.name())).isEqualTo(new Entry(kept, false, List.of()));
  }

  @Test
  void ofManyWhoPublishTheSameNameOneWins() {
    List<Future<Standing>> standings = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      standings.add(a.publishLater(contested("a" + i), null));
      standings.add(b.publishLater(contested("b" + i), null));
    }

    List<Standing> current =
        standings.stream()
            .map(IndexedNode::await)
            .filter(standing -> standing.verdict() == Verdict.CURRENT)
            .toList();

    assertThat(current).hasSize(1);
    Entry winner = a.lookup(FunctionName.parse("contested"));
    assertThat(winner).isEqualTo(current.get(0).newest());
    assertThat(b.lookup(FunctionName.parse("contested"))).isEqualTo(winner);
    assertThat(winner.providers()).hasSize(1);
  }

  @Test
  void announcementsAtTheSameTimeDoNotOverwriteEachOther() {
    List<Description> all =
        IntStream.range(0, 50).mapToObj(i -> description("crowd-" + i, 1)).toList();
    List<Future<Standing>> standings = new ArrayList<>();
    for (Description each : all) {
      standings.add(a.announceLater(each));
      standings.add(b.announceLater(each));
    }
    standings.forEach(IndexedNode::await);

    assertThat(all).allSatisfy(each -> assertThat(a.providers(each.name())).containsExactly(A, B));
  }

  @Test
  void anUpdateThatWasOvertakenIsOutdated() {
    Description first = description("updated", 1);
    a.publish(first, null);
    FunctionName name = first.name();
    Description ours = other(name, 2, "aa");
    Description theirs = other(name, 2, "bb");

    assertThat(a.publish(ours, version(1)).verdict()).isEqualTo(Verdict.CURRENT);
    Standing overtaken = b.publish(theirs, version(1));

    assertThat(overtaken.verdict()).isEqualTo(Verdict.OUTDATED);
    assertThat(overtaken.newest()).isEqualTo(new Entry(ours, false, List.of(A)));
    assertThat(b.lookup(name)).isEqualTo(new Entry(ours, false, List.of(A)));
    assertThat(b.announce(first).verdict()).isEqualTo(Verdict.OUTDATED);
    assertThat(b.providers(name)).containsExactly(A);
  }

  @Test
  void whoAnnouncesAVersionThatIsBeingReplacedIsSeenOrOutdated() {
    FunctionName name = FunctionName.parse("replaced");
    a.publish(description("replaced", 1), null);
    for (int i = 1; i <= 60; i++) {
      Future<Standing> replacing = a.publishLater(description("replaced", i + 1), version(i));
      Standing announced = b.announce(description("replaced", i));
      Standing replaced = await(replacing);

      assertThat(replaced.verdict()).isEqualTo(Verdict.CURRENT);
      if (announced.verdict() == Verdict.CURRENT) {
        assertThat(replaced.newest().providers()).contains(B);
      } else {
        assertThat(b.providers(name)).doesNotContain(B);
      }
      b.withdraw(name, false);
    }
  }

  @Test
  void cleaningUpAfterAnEarlierLifeLeavesTheLaterOneAlone() {
    Description restarted = description("restarted", 1);
    NodeId earlier = new NodeId("b", 0);
    IndexStore store = a.store();
    store.announce(earlier, restarted);
    assertThat(a.providers(restarted.name())).isEmpty();

    b.announce(restarted);
    store.forget(earlier);
    store.withdraw(earlier, restarted.name());

    assertThat(a.providers(restarted.name())).containsExactly(B);
  }

  @Test
  void aDeletedFunctionComesBackOnlyAsALaterVersion() {
    Description first = description("deleted", 1);
    FunctionName name = first.name();
    a.publish(first, null);
    b.announce(first);

    Entry tombstone = b.delete(name);

    assertThat(tombstone).isNotNull();
    assertThat(tombstone.deleted()).isTrue();
    assertThat(tombstone.description().version().counter()).isEqualTo(2);
    assertThat(tombstone.description().settings().env()).isEmpty();
    assertThat(a.lookup(name)).isEqualTo(tombstone);
    assertThat(a.announce(first).verdict()).isEqualTo(Verdict.DELETED);
    assertThat(a.publish(description("deleted", 1), null).verdict()).isEqualTo(Verdict.DELETED);
    assertThat(a.delete(name)).isNull();

    Description again = description("deleted", 3);
    Standing standing = a.publish(again, tombstone.description().version());

    assertThat(standing.verdict()).isEqualTo(Verdict.CURRENT);
    assertThat(b.lookup(name).deleted()).isFalse();
    assertThat(b.lookup(name).description()).isEqualTo(again);
    assertThat(b.announce(first).verdict()).isEqualTo(Verdict.OUTDATED);
  }

  @Test
  void aVersionThatFollowsAForgottenOneIsStored() {
    Description third = description("forgotten", 3);

    assertThat(a.publish(third, version(2)).verdict()).isEqualTo(Verdict.CURRENT);
    assertThat(b.lookup(third.name())).isEqualTo(new Entry(third, false, List.of(A)));
  }

  @Test
  void listsAPageAfterTheOther() {
    for (String name : List.of("page-c", "page-a", "page-b", "page-a.team", "page-d")) {
      a.publish(description(name, 1), null);
    }
    a.publish(description("page-e", 1), null);
    a.delete(FunctionName.parse("page-e"));
    b.announce(description("page-a", 1));

    FunctionPage first = b.list("page-", null, 2);
    FunctionPage second = b.list("page-", names(first).get(1), 2);
    FunctionPage third = b.list("page-", names(second).get(1), 2);

    assertThat(names(first))
        .extracting(Object::toString)
        .containsExactly("page-a.openfaas-fn", "page-a.team");
    assertThat(first.entries().get(0).providers()).containsExactly(A, B);
    assertThat(first.entries().get(1).providers()).containsExactly(A);
    assertThat(names(second)).extracting(FunctionName::name).containsExactly("page-b", "page-c");
    assertThat(first.more() && second.more()).isTrue();
    assertThat(names(third)).extracting(FunctionName::name).containsExactly("page-d");
    assertThat(third.more()).isFalse();
    assertThat(b.list("page-d", null, 1).more()).isFalse();
  }

  @Test
  void aPrefixIsTakenAsItStands() {
    a.publish(description("wild-card", 1), null);

    assertThat(b.list("wild%", null, 10).entries()).isEmpty();
    assertThat(b.list("wild_card", null, 10).entries()).isEmpty();
    assertThat(b.list("\\", null, 10).entries()).isEmpty();
    assertThat(names(b.list("wild-card.open", null, 10))).hasSize(1);
    assertThat(names(b.list("", null, 1_000))).contains(FunctionName.parse("wild-card"));
  }

  @Test
  void tellsAllThatTheNodeProvides() {
    long before = b.announcements().number();
    Description told = description("told", 1);
    b.announce(told);
    b.announce(description("told", 2));

    Announcements all = b.announcements();

    assertThat(all.node()).isEqualTo(B);
    assertThat(all.number()).isEqualTo(before + 2);
    assertThat(all.functions()).contains(description("told", 2)).doesNotContain(told);
    b.withdraw(told.name(), false);
    assertThat(b.announcements().number()).isEqualTo(before + 3);
  }

  @Test
  void aLeavingNodeTakesItsEntriesOutAndKeepsTheDescriptions() {
    cluster = UUID.randomUUID().toString();
    ports = List.of(freePort(), freePort());
    try (IndexedNode stays = IndexedNode.join(A, cluster, ports.get(0), ports);
        IndexedNode leaves = IndexedNode.join(B, cluster, ports.get(1), ports)) {
      Description both = description("both", 1);
      Description alone = description("alone", 1);
      stays.publish(both, null);
      leaves.announce(both);
      leaves.publish(alone, null);

      await(leaves.ask(Addresses.LEAVE, new Leave()));

      assertThat(stays.providers(both.name())).containsExactly(A);
      assertThat(stays.lookup(alone.name())).isEqualTo(new Entry(alone, false, List.of()));
      assertThat(leaves.announcements().functions()).isEmpty();
      // its own node hears of each first, and with all others again
      assertThat(new HashSet<>(leaves.heard))
          .filteredOn(ProviderWithdrawn.class::isInstance)
          .hasSize(2);
    }
  }

  @Test
  void aDeletionIsForgottenInTheEndButNotWhatWasPublishedOverIt() {
    int port = freePort();
    try (IndexedNode node =
        IndexedNode.join(
            C, UUID.randomUUID().toString(), port, List.of(port), Duration.ofSeconds(1))) {
      node.publish(description("passing", 1), null);
      node.publish(description("lasting", 1), null);
      node.delete(FunctionName.parse("passing"));
      Entry tombstone = node.delete(FunctionName.parse("lasting"));
      assertThat(tombstone).isNotNull();
      node.publish(description("lasting", 3), tombstone.description().version());

      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> node.lookup(FunctionName.parse("passing")) == null);

      assertThat(node.lookup(FunctionName.parse("lasting")))
          .isEqualTo(new Entry(description("lasting", 3), false, List.of(C)));
    }
  }

  private static boolean isAnnouncementOf(Description description, Object news) {
    return news instanceof Announced announced && announced.description().equals(description);
  }

  private static Description contested(String hash) {
    return other(FunctionName.parse("contested"), 1, hash);
  }

  private static Description other(FunctionName name, long counter, String hash) {
    return description(name, new FunctionVersion(counter, hash), Duration.ofSeconds(1));
  }

  private static List<FunctionName> names(FunctionPage page) {
    return page.entries().stream().map(entry -> entry.description().name()).toList();
  }
}
