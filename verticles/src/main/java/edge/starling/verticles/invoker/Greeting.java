package edge.starling.verticles.invoker;

import java.util.Map;
import java.util.Optional;

/** How one process that is to be a worker comes to take calls. Used by one thread. */
interface Greeting {

  /** What the process finds in its environment beside the function's own variables. */
  Map<String, String> environment();

  /** Waits until the process takes calls: empty where it ended before. Blocks. */
  Optional<Door> meet(Child child);

  /** What has not come about, where that took too long: a sentence. */
  String unmet();
}
