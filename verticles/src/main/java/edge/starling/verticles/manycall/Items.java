package edge.starling.verticles.manycall;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where the items come from, in their order. */
interface Items {
  /** The next ones, at least one; empty at the end. Completes on the event loop. */
  CompletionStage<List<Item>> next();
}
