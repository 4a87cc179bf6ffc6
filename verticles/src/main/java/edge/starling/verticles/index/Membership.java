package edge.starling.verticles.index;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import edge.starling.codecs.messages.IndexMessage;
import edge.starling.codecs.messages.NodeId;
import java.util.List;
import java.util.Optional;
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
   * Tells who comes and goes until {@link #stopListening}. To be called once.
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
                    if (isNode(event.getMember())) {
                      loop.execute(() -> joined.accept(of(event.getMember())));
                    }
                  }

                  @Override
                  public void memberRemoved(MembershipEvent event) {
                    if (isNode(event.getMember())) {
                      loop.execute(() -> removed(of(event.getMember()).node(), lost));
                    }
                  }
                });
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

  private void removed(NodeId node, Consumer<NodeId> lost) {
    // otherwise a double that was refused has left, the node itself has not
    if (!isLive(node)) {
      lost.accept(node);
    }
  }

  void stopListening() {
    boolean running = hazelcast.getLifecycleService().isRunning();
    if (running && membershipListener != null) {
      hazelcast.getCluster().removeMembershipListener(membershipListener);
    }
    if (running && lifecycleListener != null) {
      hazelcast.getLifecycleService().removeLifecycleListener(lifecycleListener);
    }
  }

  List<IndexMessage.Member> all() {
    return hazelcast.getCluster().getMembers().stream()
        .filter(Membership::isNode)
        .map(Membership::of)
        .toList();
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
