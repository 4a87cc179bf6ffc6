package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Request;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A function within the limits that its deployer set for a watchdog. Thread-safe as it is. */
final class LimitedFunction implements PreparedFunction {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Run FULL =
      new NotStarted(
          CompletableFuture.completedStage(new Run.NotTaken(Reason.FUNCTION_FULL, RETRY_AFTER)));

  private final PreparedFunction function;
  private final WatchdogSettings settings;
  private final Semaphore room;

  /** A run that never was one. */
  private record NotStarted(CompletionStage<Run.Ending> ended) implements Run {
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
      return FULL;
    }
    Run run = function.start(id, request, remaining, bytes);
    run.ended().thenRun(room::release);
    return run;
  }

  @Override
  public void close() {
    function.close();
  }
}
