package edge.starling.codecs.messages;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the invoker takes and answers; how an invocation ends is in {@link Outcome}. */
public sealed interface InvokerMessage extends BusMessage {

  /**
   * Run this call now, or queue it, or refuse it.
   *
   * @param visited as in {@link RoutingMessage.Route}; a call that was forwarded starts after a
   *     wait only once it is claimed
   */
  record Invoke(
      InvocationId id,
      FunctionName function,
      Request request,
      Duration remaining,
      List<NodeId> visited)
      implements InvokerMessage {
    public Invoke {
      visited = List.copyOf(visited);
    }

    /** Forwards so far. */
    public int hops() {
      return visited.size();
    }

    /** The peer that forwarded it; null for a call of this node's own client. */
    public @Nullable NodeId sender() {
      return visited.isEmpty() ? null : visited.get(visited.size() - 1);
    }
  }

  /** Drop the call if it waits; end it if it runs. */
  record CancelInvocation(InvocationId id) implements InvokerMessage {}

  /**
   * Make a version ready to run, beside the one that runs now: compile it, build its environment.
   *
   * @param folder where its artefacts are, under their file names; the runtime may keep what it
   *     builds in there
   */
  record Prepare(Description description, String folder) implements InvokerMessage {}

  /**
   * @param obstacle null when it is ready
   * @param problem why this version cannot be run here; null when it is ready
   */
  record Prepared(@Nullable Obstacle obstacle, @Nullable String problem)
      implements InvokerMessage {}

  /** Why a version cannot be run on a node. */
  enum Obstacle {
    /** It cannot be built or loaded. */
    UNFIT,
    /** Its runtime is switched off there. */
    SWITCHED_OFF,
    /** What it runs on, outside of the node, has another function of that name. */
    TAKEN,
    /** What it runs on, outside of the node, does not answer now, or not to this node. */
    RUNTIME_DOWN
  }

  /** New calls get this prepared version from now on. The one before ends when its calls have. */
  record Activate(FunctionName function, FunctionVersion version) implements InvokerMessage {}

  /** Let go of a version: drained if it runs, forgotten if it was only prepared. */
  record Retire(FunctionName function, FunctionVersion version) implements InvokerMessage {}

  /** Done; for Retire this means that the version's last call has ended. */
  record Done() implements InvokerMessage {}

  /** How full is this node? */
  record AskOccupancy() implements InvokerMessage {}

  /**
   * The present state.
   *
   * @param capacity for every function that has none of its own
   * @param functions those that have calls, or had some within the last seconds
   */
  record OccupancyNow(Occupancy occupancy, Capacity capacity, List<FunctionWork> functions)
      implements InvokerMessage {
    public OccupancyNow {
      functions = List.copyOf(functions);
    }
  }

  /**
   * What a function does on this node.
   *
   * @param admitted forwarded calls, by who sent them
   * @param serviceTime of one call in the function, smoothed; null before the first has ended
   */
  record FunctionWork(
      FunctionName function,
      Capacity capacity,
      List<Admitted> admitted,
      int running,
      int queued,
      @Nullable Duration serviceTime) {
    public FunctionWork {
      admitted = List.copyOf(admitted);
    }
  }

  /**
   * @param calls since this node's start
   */
  record Admitted(NodeId from, long calls) {}

  /** How often has this function run on this node? */
  record Count(FunctionName function) implements InvokerMessage {}

  /** Since this node's start. */
  record Counted(long completed, long failed, long refused, int running, int queued)
      implements InvokerMessage {}

  /**
   * What has this function logged on this node?
   *
   * @param from the number of the first line that is asked for; 0 for the oldest that is kept
   * @param tail only so many of the last lines; {@link #ALL} for all of them
   * @param since only lines from then on, by the clock of the node that is asked; null for all
   * @param most lines in the answer, the oldest first; 1 or more
   * @param patience how long the node may wait for a line where it has none; zero for not at all
   */
  record ReadLog(
      FunctionName function,
      long from,
      int tail,
      @Nullable Instant since,
      int most,
      Duration patience)
      implements InvokerMessage {
    public static final int ALL = -1;
  }

  /**
   * A part of a function's log, the oldest line first.
   *
   * @param known there is a log of this function here, if an empty one
   * @param left how many further lines that were asked for are here
   * @param next the number to go on from
   * @param missed how many lines after the one asked from are no longer here
   */
  record LogLines(boolean known, List<LogLine> lines, int left, long next, long missed)
      implements InvokerMessage {
    public LogLines {
      lines = List.copyOf(lines);
    }
  }

  /**
   * @param at when the node got it
   */
  record LogLine(Instant at, String text) {
    public LogLine {
      at = at.truncatedTo(ChronoUnit.MILLIS); // as it travels
    }
  }
}
