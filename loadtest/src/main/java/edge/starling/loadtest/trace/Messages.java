package edge.starling.loadtest.trace;

import edge.starling.loadtest.servers.NodeMetrics;
import edge.starling.loadtest.servers.NodeProcess;
import java.io.IOException;
import java.util.List;

/**
 * What nodes have sent each other since they started, by their own counters; not a number where
 * they do not count it.
 *
 * @param forwards calls that were sent to a peer, each time that one was
 * @param reports load reports, once for each peer that was told
 */
record Messages(double forwards, double reports) {
  private static final String FORWARDS = "starling_routing_forwarded_total";
  private static final String REPORTS = "starling_load_reports_total";

  static Messages of(List<NodeProcess> nodes) throws IOException, InterruptedException {
    double forwards = 0;
    double reports = 0;
    for (NodeProcess node : nodes) {
      NodeMetrics told = NodeMetrics.of(node);
      forwards += told.total(FORWARDS);
      reports += told.total(REPORTS) * (nodes.size() - 1);
    }
    return new Messages(forwards, reports);
  }

  Messages since(Messages earlier) {
    return new Messages(forwards - earlier.forwards, reports - earlier.reports);
  }

  /** A forward has an answer, a report has none. */
  double sent() {
    return 2 * forwards + reports;
  }
}
