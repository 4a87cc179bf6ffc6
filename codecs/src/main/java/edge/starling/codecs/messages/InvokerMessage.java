package edge.starling.codecs.messages;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the invoker takes and answers; how an invocation ends is in {@link Outcome}. */
public sealed interface InvokerMessage extends BusMessage {

  /**
   * Run this call now, or queue it, or refuse it.
   *
   * @param hops forwards so far; a call with any starts after a wait only once it is claimed
   */
  record Invoke(
      InvocationId id, FunctionName function, Request request, Duration remaining, int hops)
      implements InvokerMessage {}

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
   * @param problem why this version cannot be run here; null when it is ready
   * @param switchedOff the problem is that its runtime is switched off on this node
   */
  record Prepared(@Nullable String problem, boolean switchedOff) implements InvokerMessage {}

  /** New calls get this prepared version from now on. The one before ends when its calls have. */
  record Activate(FunctionName function, FunctionVersion version) implements InvokerMessage {}

  /** Let go of a version: drained if it runs, forgotten if it was only prepared. */
  record Retire(FunctionName function, FunctionVersion version) implements InvokerMessage {}

  /** Done; for Retire this means that the version's last call has ended. */
  record Done() implements InvokerMessage {}

  /** How full is this node? */
  record AskOccupancy() implements InvokerMessage {}

  /** The present state; also told unasked when the last free slot is taken or one is free again. */
  record OccupancyNow(Occupancy occupancy) implements InvokerMessage {}

  /** How often has this function run on this node? */
  record Count(FunctionName function) implements InvokerMessage {}

  /** Since this node's start. */
  record Counted(long completed, long failed, long refused, int running, int queued)
      implements InvokerMessage {}
}
