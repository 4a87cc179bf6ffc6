package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.InvokerMessage.Counted;
import edge.starling.codecs.messages.InvokerMessage.FunctionWork;
import edge.starling.codecs.messages.NodeId;
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
 * A function on this node: its versions, of which at most one is active and gets the calls, what
 * bounds its calls, whichever version they are for, and what has become of them. Confined to the
 * event loop.
 */
final class HostedFunction {
  private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final FunctionName name;
  private final FunctionCapacity capacity;
  private final FunctionMeters meters;
  private final FunctionLog log;
  private final Consumer<HostedFunction> whenGone;
  private final Map<FunctionVersion, HostedVersion> versions = new HashMap<>();
  private final List<HostedVersion> retiring = new ArrayList<>();
  private @Nullable HostedVersion active;
  private final Inflows inflows = new Inflows();
  private final ServiceTime serviceTime = new ServiceTime();
  private long lastAdmittedAtNanos;
  private long completed;
  private long failed;
  private long refused;
  private int running;
  private int queued;

  /**
   * @param whenGone told when nothing of it is left here
   */
  HostedFunction(
      FunctionName name,
      NodeCapacity node,
      MeterRegistry metrics,
      FunctionLog log,
      Consumer<HostedFunction> whenGone) {
    this.name = name;
    this.capacity = new FunctionCapacity(node);
    this.meters = new FunctionMeters(name, metrics);
    this.log = log;
    this.whenGone = whenGone;
  }

  FunctionName name() {
    return name;
  }

  FunctionCapacity capacity() {
    return capacity;
  }

  FunctionLog log() {
    return log;
  }

  @Nullable HostedVersion active() {
    return active;
  }

  @Nullable HostedVersion version(FunctionVersion number) {
    return versions.get(number);
  }

  HostedVersion addVersion(FunctionVersion number, @Nullable Capacity ofItsOwn) {
    HostedVersion version = new HostedVersion(number, ofItsOwn);
    versions.put(number, version);
    return version;
  }

  /** New calls get this version, which is one of this function's and ready. */
  void activate(HostedVersion version) {
    HostedVersion before = active;
    active = version;
    capacity.set(version.capacity());
    log.event("version " + version.number() + " gets the calls");
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
    if (version.isReady()) {
      log.event("version " + version.number() + " is retired");
    }
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

  /**
   * @param sender null for a call of this node's own client
   */
  void admitted(@Nullable NodeId sender, long nowNanos) {
    lastAdmittedAtNanos = nowNanos;
    capacity.admitted(sender != null, nowNanos);
    if (sender != null) {
      inflows.count(sender);
    }
  }

  /** Whether it has calls, or has been admitted one lately. */
  boolean isBusy(long nowNanos) {
    return running + queued > 0 || nowNanos - lastAdmittedAtNanos < BUSY_NANOS;
  }

  FunctionWork work(long nowNanos) {
    return new FunctionWork(
        name, capacity.present(), inflows.all(), running, queued, serviceTime.smoothed());
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
    serviceTime.took(nanosInFunction);
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
