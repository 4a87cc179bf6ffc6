package edge.starling.verticles.index;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import edge.starling.codecs.messages.IndexMessage;
import edge.starling.codecs.messages.NodeId;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The live nodes, as Hazelcast's members tell of themselves. Thread-safe, but for listening; never
 * blocks.
 */
final class Membership {
  private static final String NODE = "starling.node";
  private static final String URL = "starling.url";

  private final HazelcastInstance hazelcast;

  /** The nodes of which the listeners know that they are there. Confined to their loop. */
  private final Set<UUID> told = new HashSet<>();

  private @Nullable UUID membershipListener;
  private @Nullable UUID lifecycleListener;

  Membership(HazelcastInstance hazelcast) {
    this.hazelcast = hazelcast;
  }

  /** Writes into a member's configuration who it is. */
  static void configure(Config config, NodeId self, String httpUrl) {
    config.getMemberAttributeConfig().setAttribute(NODE, self.toString());
    config.getMemberAttributeConfig().setAttribute(URL, httpUrl);
  }

  private static boolean isNode(Member member) {
    return member.getAttribute(NODE) != null;
  }

  private static IndexMessage.Member of(Member member) {
    return new IndexMessage.Member(
        NodeId.parse(member.getAttribute(NODE)), member.getAttribute(URL));
  }

  /**
   * Tells who comes and goes until {@link #stopListening}. To be called once, on the loop.
   *
   * @param loop runs what follows
   * @param merged this node's part of a cluster that was split has joined the other
   */
  void listen(
      Executor loop, Consumer<IndexMessage.Member> joined, Consumer<NodeId> lost, Runnable merged) {
    membershipListener =
        hazelcast
            .getCluster()
            .addMembershipListener(
                new MembershipListener() {
                  @Override
                  public void memberAdded(MembershipEvent event) {
                    loop.execute(() -> tellNew(joined));
                  }

                  @Override
                  public void memberRemoved(MembershipEvent event) {
                    loop.execute(() -> removed(event.getMember(), joined, lost));
                  }
                });
    // After that, so that nobody slips through in between: what follows runs on the loop, later.
    nodes().forEach(member -> told.add(member.getUuid()));
    lifecycleListener =
        hazelcast
            .getLifecycleService()
            .addLifecycleListener(
                event -> {
                  if (event.getState() == LifecycleState.MERGED) {
                    loop.execute(merged);
                  }
                });
  }

  private void tellNew(Consumer<IndexMessage.Member> joined) {
    for (Member member : nodes()) {
      if (told.add(member.getUuid())) {
        joined.accept(of(member));
      }
    }
  }

  private void removed(Member member, Consumer<IndexMessage.Member> joined, Consumer<NodeId> lost) {
    // otherwise a double that was refused has left, the node itself has not
    if (told.remove(member.getUuid()) && !isLive(of(member).node())) {
      lost.accept(of(member).node());
    }
    // one with its name may have come before it was gone
    tellNew(joined);
  }

  /** Whether the member still runs. */
  boolean stopListening() {
    boolean running = hazelcast.getLifecycleService().isRunning();
    if (running && membershipListener != null) {
      hazelcast.getCluster().removeMembershipListener(membershipListener);
    }
    if (running && lifecycleListener != null) {
      hazelcast.getLifecycleService().removeLifecycleListener(lifecycleListener);
    }
    return running;
  }

  List<IndexMessage.Member> all() {
    return nodes().stream().map(Membership::of).toList();
  }

  /**
   * Of several members with one name the oldest is the node: the others have come after it, find
   * out that the name is taken, and go. Hazelcast has the oldest first.
   */
  private Collection<Member> nodes() {
    Map<String, Member> byName = new LinkedHashMap<>();
    for (Member member : hazelcast.getCluster().getMembers()) {
      if (isNode(member)) {
        byName.putIfAbsent(of(member).node().name(), member);
      }
    }
    return byName.values();
  }

  boolean isLive(NodeId node) {
    for (Member member : hazelcast.getCluster().getMembers()) {
      if (node.toString().equals(member.getAttribute(NODE))) {
        return true;
      }
    }
    return false;
  }

  Optional<IndexMessage.Member> namesake(NodeId self) {
    return hazelcast.getCluster().getMembers().stream()
        .filter(member -> !member.localMember() && isNode(member))
        .map(Membership::of)
        .filter(member -> member.node().name().equals(self.name()))
        .findFirst();
  }

  /** Whether it is this member's turn to do what one member has to do for all. */
  boolean isOldestHere() {
    return hazelcast.getCluster().getMembers().iterator().next().localMember();
  }
}
