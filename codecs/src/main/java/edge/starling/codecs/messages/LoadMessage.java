package edge.starling.codecs.messages;

import edge.starling.codecs.messages.InvokerMessage.FunctionWork;
import java.util.List;

/** What nodes tell each other of their load. */
public sealed interface LoadMessage extends BusMessage {

  /**
   * Told to all, at an interval, and at once when the state or the slack has changed.
   *
   * @param announcements the number of the node's newest announcement: who has not got it asks
   * @param capacity for every function that has none of its own
   * @param functions those that have calls, or had some within the last seconds; what the node
   *     provides besides is idle
   */
  record LoadReport(
      NodeId node,
      long announcements,
      State state,
      Occupancy occupancy,
      Capacity capacity,
      List<FunctionLoad> functions)
      implements LoadMessage {
    public LoadReport {
      functions = List.copyOf(functions);
    }
  }

  /**
   * The load of a node by one function.
   *
   * @param localRate calls a second of the node's own clients, wherever they run
   * @param overloaded whether more comes from the node's own clients than it can take
   * @param work of which the inflows count against the capacity
   */
  record FunctionLoad(double localRate, boolean overloaded, FunctionWork work) {}

  /** Whether a node takes calls from its peers. */
  enum State {
    NORMAL,
    /** Every slot is taken and calls wait. */
    OVERLOADED,
    /** It runs nothing new, but passes calls on. */
    CORDONED,
    /** It runs nothing new, and wants to be rid of what it has. */
    DRAINING;

    /** Whether its peers may send it calls. */
    public boolean takesCalls() {
      return this == NORMAL || this == OVERLOADED;
    }
  }

  /** Whether a node takes part in the work, as its operator wants it. */
  enum Duty {
    ACTIVE,
    /** It runs nothing new. */
    CORDONED,
    /** As cordoned, and it says that it is not ready, so that its clients go elsewhere. */
    DRAINING,
    /** As draining, for ever: it is going to stop. */
    LEAVING
  }

  /** What is your load now? */
  record Probe() implements LoadMessage {}

  /** Set this node's duty. A node that is leaving does not come back. */
  record SetDuty(Duty duty) implements LoadMessage {}

  /** What is this node's duty? */
  record AskDuty() implements LoadMessage {}

  /** The duty that this node has now, or from now on. */
  record DutyNow(Duty duty) implements LoadMessage {}

  /** What this node last heard of every node, itself included. */
  record AskLoads() implements LoadMessage {}

  /**
   * @param suspects members that were silent for too long
   */
  record Loads(List<LoadReport> reports, List<NodeId> suspects) implements LoadMessage {
    public Loads {
      reports = List.copyOf(reports);
      suspects = List.copyOf(suspects);
    }
  }
}
