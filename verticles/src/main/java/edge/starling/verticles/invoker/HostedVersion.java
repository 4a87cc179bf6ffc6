package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.FunctionVersion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version of a function on this node: being prepared, then ready, then perhaps active, at last
 * retired, and closed when its last run has ended. Confined to the event loop.
 */
final class HostedVersion {
  private static final Logger LOG = LoggerFactory.getLogger(HostedVersion.class);

  private final FunctionVersion number;
  private final @Nullable Capacity capacity;
  private final CompletableFuture<HostedVersion> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private @Nullable PreparedFunction function;
  private int running;
  private boolean retired;

  /**
   * @param capacity null for the node's
   */
  HostedVersion(FunctionVersion number, @Nullable Capacity capacity) {
    this.number = number;
    this.capacity = capacity;
  }

  FunctionVersion number() {
    return number;
  }

  /** Null for the node's. */
  @Nullable Capacity capacity() {
    return capacity;
  }

  /** Fails with {@link FunctionRuntime.Unfit} where the version cannot run here. */
  CompletionStage<HostedVersion> ready() {
    return ready;
  }

  CompletionStage<Void> closed() {
    return closed;
  }

  boolean isReady() {
    return function != null;
  }

  PreparedFunction function() {
    if (function == null) {
      throw new IllegalStateException(number + " is not ready");
    }
    return function;
  }

  void prepared(PreparedFunction prepared) {
    function = prepared;
    if (retired) {
      failed(new FunctionRuntime.Unfit("it was retired while it was prepared"));
    } else {
      ready.complete(this);
    }
    closeIfDone();
  }

  void failed(Throwable problem) {
    ready.completeExceptionally(problem);
    retired = true;
    closeIfDone();
  }

  void started() {
    running++;
  }

  void ended() {
    running--;
    closeIfDone();
  }

  void retire() {
    retired = true;
    closeIfDone();
  }

  private void closeIfDone() {
    boolean prepares = function == null && !ready.isDone();
    if (!retired || prepares || running > 0 || closed.isDone()) {
      return;
    }
    if (function != null) {
      try {
        function.close();
      } catch (RuntimeException e) {
        LOG.error("version {} was not closed well", number, e);
      }
    }
    closed.complete(null);
  }
}
