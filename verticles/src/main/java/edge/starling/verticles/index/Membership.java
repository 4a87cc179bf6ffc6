package edge.starling.verticles.index;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import edge.starling.codecs.messages.IndexMessage;
import edge.starling.codecs.messages.NodeId;
import java.util.List;
import java.util.Optional;

/** The live nodes, as Hazelcast's members tell of themselves. Thread-safe; never blocks. */
final class Membership {
  private static final String NODE = "starling.node";
  private static final String URL = "starling.url";

  private final HazelcastInstance hazelcast;

  Membership(HazelcastInstance hazelcast) {
    this.hazelcast = hazelcast;
  }

  /** Writes into a member's configuration who it is. */
  static void configure(Config config, NodeId self, String httpUrl) {
    config.getMemberAttributeConfig().setAttribute(NODE, self.toString());
    config.getMemberAttributeConfig().setAttribute(URL, httpUrl);
  }

  static boolean isNode(Member member) {
    return member.getAttribute(NODE) != null;
  }

  static IndexMessage.Member of(Member member) {
    return new IndexMessage.Member(
        NodeId.parse(member.getAttribute(NODE)), member.getAttribute(URL));
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
