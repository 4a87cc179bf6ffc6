package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Description;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stands in for a runtime that the configuration switches off: whatever it is given is unfit. */
final class SwitchedOff implements FunctionRuntime {
  private final String setting;

  /**
   * @param setting that switches the runtime on
   */
  SwitchedOff(String setting) {
    this.setting = setting;
  }

  @Override
  public CompletionStage<PreparedFunction> prepare(Description description, Path folder) {
    return CompletableFuture.failedFuture(
        new Unfit(
            "its runtime "
                + description.settings().runtime()
                + " is not switched on at this node ("
                + setting
                + "=true does)"));
  }

  @Override
  public void resize(int slots) {}

  @Override
  public void close() {}
}
