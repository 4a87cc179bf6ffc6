package edge.starling.codecs.messages;

import java.util.List;

/** What nodes tell each other of their load. */
public sealed interface LoadMessage extends BusMessage {

  /**
   * Told to all, at an interval and when the state changes.
   *
   * @param announcements the number of the node's newest announcement: who has not got it asks
   */
  record LoadReport(NodeId node, long announcements, State state, Occupancy occupancy)
      implements LoadMessage {}

  /** Whether a node takes calls from its peers. */
  enum State {
    NORMAL,
    /** Every slot is taken and calls wait. */
    OVERLOADED,
    /** It is leaving. */
    DRAINING
  }

  /** What is your load now? */
  record Probe() implements LoadMessage {}

  /** From now on this node reports that it is leaving. */
  record StartDraining() implements LoadMessage {}

  /** What this node last heard of every node, itself included. */
  record AskLoads() implements LoadMessage {}

  record Loads(List<LoadReport> reports) implements LoadMessage {
    public Loads {
      reports = List.copyOf(reports);
    }
  }
}
