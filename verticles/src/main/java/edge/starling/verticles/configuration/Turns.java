package edge.starling.verticles.configuration;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Makes changes one after the other, in the order in which they came. Confined to one loop. */
final class Turns {
  private final int mostWaiting;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;

  /** Too many changes wait already; nothing was done. */
  static final class TooMany extends RuntimeException {
    private TooMany() {
      super("too many changes of the settings wait; try again later", null, false, false);
    }
  }

  /**
   * @param mostWaiting changes that may wait behind the one that is made
   */
  Turns(int mostWaiting) {
    this.mostWaiting = mostWaiting;
  }

  /** Ends as the change does, or at once with {@link TooMany}. */
  <T> CompletionStage<T> take(Supplier<CompletionStage<T>> change) {
    CompletableFuture<T> result = new CompletableFuture<>();
    if (!busy) {
      run(change, result);
    } else if (waiting.size() < mostWaiting) {
      waiting.add(() -> run(change, result));
    } else {
      result.completeExceptionally(new TooMany());
    }
    return result;
  }

  private <T> void run(Supplier<CompletionStage<T>> change, CompletableFuture<T> result) {
    busy = true;
    begin(change)
        .whenComplete(
            (value, error) -> {
              next();
              if (error == null) {
                result.complete(value);
              } else {
                result.completeExceptionally(error);
              }
            });
  }

  private static <T> CompletionStage<T> begin(Supplier<CompletionStage<T>> change) {
    try {
      return change.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private void next() {
    Runnable first = waiting.poll();
    if (first == null) {
      busy = false;
    } else {
      first.run();
    }
  }
}
