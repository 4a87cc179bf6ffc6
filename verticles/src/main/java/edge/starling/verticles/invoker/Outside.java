package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.InvocationId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What invocations need of the rest of the node. Stages complete on the event loop. */
interface Outside {

  /** The node's router is told that a forwarded call waits here. */
  void tellQueued(InvocationId id);

  /** Asks the node's router whether a forwarded call that has waited is still wanted. */
  CompletionStage<Boolean> claim(InvocationId id, Duration patience);

  /** Reads a body from its owner. */
  CompletionStage<Bytes> fetch(BodyHandle handle, Duration patience);

  /** Runs this after {@link Deadlines#TICK_NANOS}, once. */
  void afterTick(Runnable task);
}
