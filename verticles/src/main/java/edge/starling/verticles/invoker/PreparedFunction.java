package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One version of a function, ready to run on this node. */
interface PreparedFunction {

  /** What each run reserves of the node's WebAssembly memory; 0 for other runtimes. */
  int memoryMiB();

  /** The most that one run may take; null where only the call's time counts. */
  default @Nullable Duration longest() {
    return null;
  }

  /**
   * Starts a run. The invoker has admitted it and keeps its slot until {@link Run#ended} completes.
   *
   * @param request with its body at hand, never a handle
   * @param remaining the time left; the invoker stops the run when it is over
   * @param bytes what the answer takes is added to it as it grows; the invoker releases it
   */
  Run start(InvocationId id, Request request, Duration remaining, BytesInFlight.Share bytes);

  /**
   * Where its log is read.
   *
   * @param here what this node has of it: all there is, unless the function runs elsewhere
   */
  default LogSource log(LogSource here) {
    return here;
  }

  /** Lets go of what the version holds. Called once its last run has ended. */
  void close();
}
