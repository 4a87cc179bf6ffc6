package edge.starling.verticles.invoker;

import edge.starling.verticles.invoker.UpstreamClient.Exchange;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A call of a function at the gateway. Confined to the event loop. */
final class OpenFaasRun implements Run {
  private final CompletableFuture<Ending> ended = new CompletableFuture<>();
  private final UpstreamAnswer answer;
  private @Nullable Exchange<UpstreamAnswer> exchange;
  private boolean stopped;

  OpenFaasRun(UpstreamAnswer answer) {
    this.answer = answer;
  }

  /** Where its answer comes in. */
  UpstreamAnswer answer() {
    return answer;
  }

  void sentBy(Exchange<UpstreamAnswer> by) {
    exchange = by;
  }

  boolean hasEnded() {
    return ended.isDone();
  }

  boolean isStopped() {
    return stopped;
  }

  /** Whether the gateway may have seen it. */
  boolean isSent() {
    return exchange != null && exchange.isSent();
  }

  void end(Ending ending) {
    ended.complete(ending);
  }

  @Override
  public CompletionStage<Ending> ended() {
    return ended.minimalCompletionStage();
  }

  @Override
  public void stop() {
    if (!stopped && !ended.isDone()) {
      stopped = true;
      if (exchange != null) {
        exchange.abort();
      }
      ended.complete(new Broke("it was stopped"));
    }
  }
}
