package edge.starling.verticles.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.FunctionName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final FunctionName ONE = FunctionName.parse("one");
  private static final FunctionName OTHER = FunctionName.parse("other");

  private final Turns turns = new Turns(2);
  private final List<String> begun = new ArrayList<>();

  @Test
  void runsTheOperationsOnOneFunctionInOrder() {
    CompletableFuture<String> first = take(ONE, "first");
    CompletableFuture<String> second = take(ONE, "second");

    assertThat(begun).containsExactly("first");
    assertThat(turns.isBusy(ONE)).isTrue();
    first.complete("done");
    assertThat(begun).containsExactly("first", "second");
    second.complete("done");
    assertThat(turns.isBusy(ONE)).isFalse();
  }

  @Test
  void doesNotLetFunctionsWaitForEachOther() {
    take(ONE, "one");
    take(OTHER, "other");

    assertThat(begun).containsExactly("one", "other");
  }

  @Test
  void goesOnAfterAFailure() {
    CompletionStage<String> failed =
        turns.take(
            ONE,
            () -> {
              throw new IllegalStateException("broken");
            });
    take(ONE, "next");

    assertThat(failed.toCompletableFuture()).isCompletedExceptionally();
    assertThat(begun).containsExactly("next");
  }

  @Test
  void refusesMoreThanMayWait() {
    take(ONE, "runs");
    take(ONE, "waits");
    take(ONE, "waits too");

    CompletionStage<String> refused =
        turns.take(ONE, () -> CompletableFuture.completedStage("never"));

    assertThat(refused.toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(Refusal.class);
  }

  private CompletableFuture<String> take(FunctionName function, String operation) {
    CompletableFuture<String> end = new CompletableFuture<>();
    CompletionStage<String> result =
        turns.take(
            function,
            () -> {
              begun.add(operation);
              return end;
            });
    assertThat(result).isNotNull();
    return end;
  }
}
