package edge.starling.loadtest.overload;

import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.servers.NodeProcess;
import edge.starling.loadtest.servers.ServerProcess;
import java.io.IOException;
import java.time.Duration;

/** A node is lost in the steady state of a load. For one thread. */
final class NodeLoss {
  /** How it is lost. */
  interface Harm {
    void to(ServerProcess node) throws IOException, InterruptedException;
  }

  private final Lab lab;
  private final Duration steady;
  private final NodeProcess node;
  private final Harm harm;
  private Duration at = Duration.ZERO;

  /**
   * @param steady how long the load goes on before
   */
  NodeLoss(Lab lab, Duration steady, NodeProcess node, Harm harm) {
    this.lab = lab;
    this.steady = steady;
    this.node = node;
    this.harm = harm;
  }

  /** To be called when the load begins; ends when the node is lost. */
  void happen() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    lab.idle(steady);
    at = Duration.ofNanos(System.nanoTime() - begin);
    harm.to(node.server());
  }

  /** When it was, since the load began. */
  Duration at() {
    return at;
  }
}
