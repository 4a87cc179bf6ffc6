package edge.starling.verticles.invoker;

import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.UpstreamClient.Answer;
import edge.starling.verticles.invoker.UpstreamClient.Message;

/** A call in the form in which a worker takes and answers it. Confined to the event loop. */
interface WorkerCall {
  Message message();

  /** Where its answer comes in. */
  Answer answer();

  /** How it ended, once its answer is whole. */
  Ending ending();
}
