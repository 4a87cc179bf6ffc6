package edge.starling.verticles.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Turns turns = new Turns(2);
  private final List<String> begun = new ArrayList<>();

  private CompletableFuture<String> take(String name, CompletableFuture<String> work) {
    return turns
        .take(
            () -> {
              begun.add(name);
              return work;
            })
        .toCompletableFuture();
  }

  @Test
  void beginsAChangeWhenTheOneBeforeHasEnded() {
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> a = take("a", first);
    CompletableFuture<String> b = take("b", CompletableFuture.completedFuture("done"));
    assertThat(begun).containsExactly("a");

    first.complete("first");

    assertThat(begun).containsExactly("a", "b");
    assertThat(a.join() + " " + b.join()).isEqualTo("first done");
  }

  @Test
  void goesOnAfterAFailure() {
    assertThatThrownBy(take("a", CompletableFuture.failedFuture(new AssertionError()))::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(AssertionError.class);
    assertThat(
            turns.take(
                () -> {
                  throw new IllegalStateException("thrown");
                }))
        .isCompletedExceptionally();

    assertThat(take("b", CompletableFuture.completedFuture("done"))).isCompletedWithValue("done");
  }

  @Test
  void refusesWhatWouldWaitBehindTooMany() {
    CompletableFuture<String> first = new CompletableFuture<>();
    take("a", first);
    take("b", CompletableFuture.completedFuture("b"));
    take("c", CompletableFuture.completedFuture("c"));

    assertThatThrownBy(take("d", CompletableFuture.completedFuture("d"))::join)
        .hasCauseInstanceOf(Turns.TooMany.class);

    first.complete("a");
    assertThat(begun).containsExactly("a", "b", "c");
    assertThat(take("e", CompletableFuture.completedFuture("e"))).isCompletedWithValue("e");
  }
}
