package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Request;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.Run.NotTaken;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A function within the limits that its deployer set for a watchdog. Thread-safe as it is. */
final class LimitedFunction implements PreparedFunction {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final PreparedFunction function;
  private final WatchdogSettings settings;
  private final Semaphore room;

  /**
   * A run that has ended once its place is free, so that the next finds it.
   *
   * @param run at work
   */
  private record Placed(Run run, CompletionStage<Ending> ended) implements Run {
    @Override
    public void stop() {
      run.stop();
    }
  }

  /** A run that never began. */
  private record Refused(CompletionStage<Ending> ended) implements Run {
    @Override
    public void stop() {}
  }

  LimitedFunction(PreparedFunction function, WatchdogSettings settings) {
    this.function = function;
    this.settings = settings;
    room = new Semaphore(settings.maxInflight() > 0 ? settings.maxInflight() : Integer.MAX_VALUE);
  }

  @Override
  public int memoryMiB() {
    return function.memoryMiB();
  }

  @Override
  public @Nullable Duration longest() {
    return settings.execTimeout();
  }

  @Override
  public Run start(
      InvocationId id, Request request, Duration remaining, BytesInFlight.Share bytes) {
    if (!room.tryAcquire()) {
      return new Refused(
          CompletableFuture.completedStage(new NotTaken(Reason.FUNCTION_FULL, RETRY_AFTER)));
    }
    boolean started = false;
    try {
      Run run = function.start(id, request, remaining, bytes);
      started = true;
      return new Placed(
          run,
          run.ended()
              .thenApply(
                  ending -> {
                    room.release();
                    return ending;
                  }));
    } finally {
      if (!started) {
        room.release();
      }
    }
  }

  @Override
  public void close() {
    function.close();
  }
}
