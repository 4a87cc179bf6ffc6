package edge.starling.codecs.messages;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * @param inflows what its peers forward to it, as far as it is admitted
   * @param overloaded whether more comes from the node's own clients than it can take
   * @param serviceTime of one call in the function, smoothed; null before the first has ended
   */
  record FunctionLoad(
      FunctionName function,
      Capacity capacity,
      double localRate,
      List<Inflow> inflows,
      boolean overloaded,
      int running,
      int queued,
      @Nullable Duration serviceTime) {
    public FunctionLoad {
      inflows = List.copyOf(inflows);
    }

    /** A function without calls. */
    public static FunctionLoad idle(FunctionName function, Capacity capacity) {
      return new FunctionLoad(function, capacity, 0, List.of(), false, 0, 0, null);
    }

    /**
     * The room for calls that the peer may count on: {@code max(0, r_max - r_loc - sum of the other
     * peers' r_in)} for a rate, free slots for anything else. What the peer itself forwards is not
     * deducted, so that its own calls do not change what it sees.
     *
     * @param peer null for what is left by all
     * @param occupancy of the node
     */
    public double slackFor(@Nullable NodeId peer, Occupancy occupancy) {
      return switch (capacity.kind()) {
        case RATE -> Math.max(0, capacity.limit() - localRate - inflowBut(peer));
        case SLOTS ->
            Math.max(0, Math.min(occupancy.freeSlots(), capacity.limit() - running - queued));
        case CPU -> occupancy.freeSlots();
      };
    }

    private double inflowBut(@Nullable NodeId peer) {
      double sum = 0;
      for (Inflow inflow : inflows) {
        if (!inflow.from().equals(peer)) {
          sum += inflow.rate();
        }
      }
      return sum;
    }
  }

  /**
   * Calls that a peer forwards.
   *
   * @param rate a second
   */
  record Inflow(NodeId from, double rate) {}

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
   * @param distances of the peers that have answered so far
   */
  record Loads(List<LoadReport> reports, List<NodeId> suspects, List<Distance> distances)
      implements LoadMessage {
    public Loads {
      reports = List.copyOf(reports);
      suspects = List.copyOf(suspects);
      distances = List.copyOf(distances);
    }
  }

  /**
   * How far a peer is.
   *
   * @param roundTrip of a message on the bus, there and back, smoothed
   */
  record Distance(NodeId node, Duration roundTrip) {}
}
