package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stands in for a runtime that the configuration switches off: whatever it is given is unfit. */
final class SwitchedOff implements FunctionRuntime {
  private final String remedy;

  /**
   * @param remedy what switches the runtime on, as the end of a sentence
   */
  SwitchedOff(String remedy) {
    this.remedy = remedy;
  }

  @Override
  public CompletionStage<PreparedFunction> prepare(Description description, Path folder) {
    return CompletableFuture.failedFuture(
        new Unfit(
            Obstacle.SWITCHED_OFF,
            "runtime "
                + description.settings().runtime().name().toLowerCase(Locale.ROOT)
                + " is not switched on at this node ("
                + remedy
                + ")"));
  }

  @Override
  public void resize(int slots) {}

  @Override
  public void close() {}
}
