package edge.starling.deployments;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last thread of a node's process: drains the node and leaves, within bounds. */
final class Departure extends Thread {
  private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

  /** What leaving the cluster may take, beyond the draining. */
  private static final Duration LEAVE = Duration.ofSeconds(10);

  private final Node node;
  private final Duration drain;

  Departure(Node node, Duration drain) {
    super("departure");
    this.node = node;
    this.drain = drain;
  }

  @Override
  public void run() {
    Thread leaving = new Thread(this::leave, "leaving");
    leaving.setDaemon(true);
    leaving.start();
    try {
      leaving.join(drain.plus(LEAVE).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (leaving.isAlive()) {
      LOG.warn("left without an end of the calls in progress");
    }
  }

  private void leave() {
    try (node) {
      node.drain();
    }
  }
}
