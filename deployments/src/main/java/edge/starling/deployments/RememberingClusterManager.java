package edge.starling.deployments;

import com.hazelcast.config.Config;
import io.vertx.core.Completable;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers where the event buses of the others are, which is the same for as long as each lives.
 * The map that tells it lacks a node for a moment after a split, and is silent for seconds where
 * the part in question lies behind a cut; meanwhile nothing could be sent to a node that can be
 * reached. Thread-safe.
 */
final class RememberingClusterManager extends HazelcastClusterManager {
  /** Nodes get another id each time they start; the one not asked for the longest is forgotten. */
  private static final int MOST = 1_000;

  private final Map<String, NodeInfo> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, NodeInfo> eldest) {
          return size() > MOST;
        }
      };

  RememberingClusterManager(Config config) {
    super(config);
  }

  @Override
  public void getNodeInfo(String nodeId, Completable<NodeInfo> answer) {
    NodeInfo known;
    synchronized (remembered) {
      known = remembered.get(nodeId);
    }
    if (known != null) {
      answer.succeed(known);
      return;
    }
    super.getNodeInfo(
        nodeId,
        (found, failure) -> {
          if (failure == null) {
            synchronized (remembered) {
              remembered.put(nodeId, found);
            }
          }
          answer.complete(found, failure);
        });
  }
}
