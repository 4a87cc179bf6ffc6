package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;

/** Runs functions of one kind. Called on the invoker's event loop, which it never blocks. */
interface FunctionRuntime extends AutoCloseable {

  /**
   * Makes a version ready.
   *
   * @param folder where the artefacts lie under their file names; what the runtime builds may stay
   *     there
   * @return the function, ready to run; fails with {@link Unfit} where it cannot be built or loaded
   */
  CompletionStage<PreparedFunction> prepare(Description description, Path folder);

  /** From now on so many runs are started at once. Those that run are not touched. */
  void resize(int slots);

  /** Ends whatever still runs. */
  @Override
  void close();

  /** A version cannot be run here; the message is for the deployer. */
  final class Unfit extends RuntimeException {
    private final Obstacle obstacle;

    /** The handler or its requirements cannot be built or loaded. */
    Unfit(String message) {
      this(Obstacle.UNFIT, message);
    }

    Unfit(Obstacle obstacle, String message) {
      super(message, null, false, false);
      this.obstacle = obstacle;
    }

    Obstacle obstacle() {
      return obstacle;
    }
  }
}
