package edge.starling.loadtest.faults;

import static edge.starling.loadtest.faults.StartedNodes.eventually;

import edge.starling.loadtest.network.LinkState;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that started without having found each other. */
@EnabledOnOs(OS.LINUX)
class MeetingIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void twoLoneNodesBecomeOneCluster() throws Exception {
    try (StartedNodes nodes = StartedNodes.none(folder)) {
      nodes.link("n1", "n2", LinkState.CUT);
      nodes.start(2);
      nodes.awaitMembers(1, 1, 2);
      for (int node = 1; node <= 2; node++) {
        nodes.put(node, "only-on-" + node, node);
      }

      nodes.link("n1", "n2", LinkState.UP);
      nodes.awaitMembers(2, 1, 2);
      eventually(() -> nodes.assertServed("only-on-1", 1, "n1"));
      eventually(() -> nodes.assertServed("only-on-2", 2, "n2"));
    }
  }
}
