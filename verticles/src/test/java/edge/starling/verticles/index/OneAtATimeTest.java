package edge.starling.verticles.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OneAtATimeTest {
  private final List<CompletableFuture<String>> begun = new ArrayList<>();
  private final OneAtATime work =
      new OneAtATime(
          () -> {
            CompletableFuture<String> next = new CompletableFuture<>();
            begun.add(next);
            return next;
          });

  @Test
  void whoAsksMeanwhileHasItDoneOnceMore() {
    work.ask();
    work.ask();
    work.ask();
    assertThat(begun).hasSize(1);

    begun.get(0).complete("done");
    assertThat(begun).hasSize(2);

    begun.get(1).complete("done");
    assertThat(begun).hasSize(2);
  }

  @Test
  void goesOnAfterAFailure() {
    work.ask();
    begun.get(0).completeExceptionally(new IllegalStateException("silent"));
    work.ask();

    assertThat(begun).hasSize(2);
  }
}
