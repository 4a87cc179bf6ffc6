package edge.starling.deployments;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.Config;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.NodeInfo;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RememberingClusterManagerIT {
  @Test
  void knowsWhereANodeIsThatTheMapLacks() throws Exception {
    Config alone = new Config().setClusterName(UUID.randomUUID().toString());
    alone.setProperty("hazelcast.shutdownhook.enabled", "false");
    alone.setProperty("hazelcast.logging.type", "slf4j");
    alone.getNetworkConfig().setPort(0);
    alone.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    alone.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    var manager = new RememberingClusterManager(alone);
    Vertx vertx = Vertx.builder().withClusterManager(manager).buildClustered().await(60, SECONDS);
    try {
      NodeInfo found = ask(manager, manager.getNodeId()).await(30, SECONDS);
      assertThat(found.port()).isPositive();

      manager.getHazelcastInstance().getMap("__vertx.nodeInfo").clear();
      assertThat(ask(manager, manager.getNodeId()).await(30, SECONDS)).isEqualTo(found);
      assertThatThrownBy(() -> ask(manager, "nobody").await(30, SECONDS))
          .hasMessageContaining("Not a member");
    } finally {
      vertx.close().await(30, SECONDS);
    }
  }

  private static Future<NodeInfo> ask(RememberingClusterManager manager, String nodeId) {
    Promise<NodeInfo> answer = Promise.promise();
    manager.getNodeInfo(nodeId, answer);
    return answer.future();
  }
}
