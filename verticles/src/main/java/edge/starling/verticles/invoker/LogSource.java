package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import java.util.concurrent.CompletionStage;

/** Where a function's log can be read. Confined to the event loop. */
interface LogSource {

  /** Completes on the event loop, once there is a line or the patience is over. */
  CompletionStage<LogLines> read(ReadLog ask);
}
