package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.InvokerMessage.Counted;
import edge.starling.codecs.messages.Outcome.Failure;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A function on this node: its versions, of which at most one is active and gets the calls, and
 * what has become of its calls. Confined to the event loop.
 */
final class HostedFunction {
  private final FunctionName name;
  private final FunctionMeters meters;
  private final Consumer<HostedFunction> whenGone;
  private final Map<FunctionVersion, HostedVersion> versions = new HashMap<>();
  private final List<HostedVersion> retiring = new ArrayList<>();
  private @Nullable HostedVersion active;
  private long completed;
  private long failed;
  private long refused;
  private int running;
  private int queued;

  /**
   * @param whenGone told when nothing of it is left here
   */
  HostedFunction(FunctionName name, MeterRegistry metrics, Consumer<HostedFunction> whenGone) {
    this.name = name;
    this.meters = new FunctionMeters(name, metrics);
    this.whenGone = whenGone;
  }

  FunctionName name() {
    return name;
  }

  @Nullable HostedVersion active() {
    return active;
  }

  @Nullable HostedVersion version(FunctionVersion number) {
    return versions.get(number);
  }

  HostedVersion addVersion(FunctionVersion number) {
    HostedVersion version = new HostedVersion(number);
    versions.put(number, version);
    return version;
  }

  /** New calls get this version, which is one of this function's and ready. */
  void activate(HostedVersion version) {
    HostedVersion before = active;
    active = version;
    if (before != null && before != version) {
      retire(before);
    }
  }

  /** Completes when no run of this version is left and it is closed; at once if it is unknown. */
  CompletionStage<Void> retire(FunctionVersion number) {
    HostedVersion present = versions.get(number);
    if (present != null) {
      retire(present);
    }
    return CompletableFuture.allOf(
        retiring.stream()
            .filter(version -> version.number().equals(number))
            .map(version -> version.closed().toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }

  /** It gets no more calls; harmless when it was retired before. */
  void retire(HostedVersion version) {
    if (!versions.remove(version.number(), version)) {
      return;
    }
    if (active == version) {
      active = null;
    }
    retiring.add(version);
    version.closed().thenRun(() -> retired(version));
    version.retire();
  }

  private void retired(HostedVersion version) {
    retiring.remove(version);
    if (versions.isEmpty() && retiring.isEmpty()) {
      whenGone.accept(this);
    }
  }

  void removeMeters() {
    meters.remove();
  }

  void queued() {
    queued++;
  }

  void leftQueue() {
    queued--;
  }

  /** One of its calls has a slot now. */
  void tookSlot(long nanosInQueue) {
    running++;
    meters.queueWait().record(nanosInQueue, TimeUnit.NANOSECONDS);
  }

  void leftSlot() {
    running--;
  }

  void ran(long nanosInFunction) {
    meters.functionTime().record(nanosInFunction, TimeUnit.NANOSECONDS);
  }

  void countCompleted() {
    completed++;
    meters.completed();
  }

  void countFailed(Failure failure) {
    failed++;
    meters.failed(failure);
  }

  void countRefused() {
    refused++;
    meters.refused();
  }

  Counted counted() {
    return new Counted(completed, failed, refused, running, queued);
  }
}
