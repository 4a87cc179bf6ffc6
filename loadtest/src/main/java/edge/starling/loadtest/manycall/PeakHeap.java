package edge.starling.loadtest.manycall;

import edge.starling.loadtest.servers.NodeMetrics;
import edge.starling.loadtest.servers.NodeProcess;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at a node's heap, garbage included, several times a second. */
final class PeakHeap implements AutoCloseable {
  private static final long BETWEEN_MILLIS = 200;

  private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor();
  private volatile double peak;

  private PeakHeap() {}

  static PeakHeap watch(NodeProcess node) {
    PeakHeap heap = new PeakHeap();
    var unused =
        heap.watcher.scheduleWithFixedDelay(
            () -> heap.look(node), 0, BETWEEN_MILLIS, TimeUnit.MILLISECONDS);
    return heap;
  }

  /** The most that was seen so far. */
  double mebibytes() {
    return peak / (1 << 20);
  }

  private void look(NodeProcess node) {
    try {
      peak = Math.max(peak, NodeMetrics.of(node).heap());
    } catch (IOException e) {
      // a look that is missed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    watcher.shutdownNow();
  }
}
