package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.NotTaken;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LimitedFunctionTest {
  private final ScriptedRuntime runtime = new ScriptedRuntime();
  private final PreparedFunction scripted =
      runtime
          .prepare(Wasm.description("hello", 1, Map.of()), Path.of(""))
          .toCompletableFuture()
          .join();
  private final InvocationId first = InvocationId.random();

  private PreparedFunction limited(String... nameAndValue) {
    return new LimitedFunction(
        scripted, WatchdogSettings.of(Map.of(nameAndValue[0], nameAndValue[1])));
  }

  private static Run start(PreparedFunction function, InvocationId id) {
    return function.start(
        id, Wasm.post(Body.EMPTY), Duration.ofSeconds(1), new BytesInFlight(0).open());
  }

  private static boolean isRefused(Run run) {
    return run.ended().toCompletableFuture().getNow(new Broke("it runs"))
            instanceof NotTaken notTaken
        && notTaken.reason() == Reason.FUNCTION_FULL;
  }

  @Test
  void whoHearsThatARunHasEndedFindsItsPlaceFree() {
    PreparedFunction function = limited("max_inflight", "1");
    Run run = start(function, first);
    assertThat(isRefused(start(function, InvocationId.random()))).isTrue();

    CompletableFuture<Boolean> nextIsRefused =
        run.ended()
            .thenApply(ending -> isRefused(start(function, InvocationId.random())))
            .toCompletableFuture();
    runtime.runs.get(first).ended.complete(new Broke("the end"));

    assertThat(nextIsRefused).isCompletedWithValue(false);
    assertThat(isRefused(start(function, InvocationId.random()))).isTrue();
  }

  @Test
  void aRunThatCannotStartGivesItsPlaceBack() {
    PreparedFunction function = limited("max_inflight", "1");
    runtime.startFailure = new IllegalStateException("no thread");
    assertThatThrownBy(() -> start(function, first)).hasMessage("no thread");

    runtime.startFailure = null;
    assertThat(isRefused(start(function, first))).isFalse();
  }

  @Test
  void stopsTheRunItself() {
    start(limited("exec_timeout", "1s"), first).stop();

    assertThat(runtime.runs.get(first).stopped).isTrue();
    assertThat(limited("exec_timeout", "1s").longest()).isEqualTo(Duration.ofSeconds(1));
  }
}
