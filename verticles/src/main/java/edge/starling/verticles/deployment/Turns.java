package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.FunctionName;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Runs the operations on a function one after the other, in the order in which they came; those on
 * different functions do not wait for each other. Confined to one event loop.
 */
final class Turns {
  private final int mostWaiting;
  private final Map<FunctionName, Queue<Runnable>> waiting = new HashMap<>();

  /**
   * @param mostWaiting operations on one function that may wait behind the one that runs
   */
  Turns(int mostWaiting) {
    this.mostWaiting = mostWaiting;
  }

  /** Ends as the operation does, or at once with a {@link Refusal} where too many wait. */
  <T> CompletionStage<T> take(FunctionName function, Supplier<CompletionStage<T>> operation) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Queue<Runnable> behind = waiting.get(function);
    if (behind == null) {
      waiting.put(function, new ArrayDeque<>());
      run(function, operation, result);
    } else if (behind.size() >= mostWaiting) {
      result.completeExceptionally(
          new Refusal(
              Cause.CHANGED_MEANWHILE,
              "too many changes of " + function.shortest() + " wait at this node; try again"));
    } else {
      behind.add(() -> run(function, operation, result));
    }
    return result;
  }

  boolean isBusy(FunctionName function) {
    return waiting.containsKey(function);
  }

  private <T> void run(
      FunctionName function, Supplier<CompletionStage<T>> operation, CompletableFuture<T> result) {
    begin(operation)
        .whenComplete(
            (value, error) -> {
              next(function);
              if (error == null) {
                result.complete(value);
              } else {
                result.completeExceptionally(Refusal.unwrapped(error));
              }
            });
  }

  private static <T> CompletionStage<T> begin(Supplier<CompletionStage<T>> operation) {
    try {
      return operation.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void next(FunctionName function) {
    Queue<Runnable> behind = waiting.get(function);
    Runnable first = behind == null ? null : behind.poll();
    if (first == null) {
      waiting.remove(function);
    } else {
      first.run();
    }
  }
}
