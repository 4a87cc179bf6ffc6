package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.InvokerMessage.Counted;
import edge.starling.codecs.messages.InvokerMessage.FunctionWork;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.codecs.messages.InvokerMessage.Prepared;
import edge.starling.codecs.messages.NodeId;
import edge.starling.config.CapacityConfig;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The functions on this node and the way of their versions. Confined to the event loop. */
final class Functions {
  private static final Logger LOG = LoggerFactory.getLogger(Functions.class);
  private static final Counted NONE = new Counted(0, 0, 0, 0, 0);

  private final Map<RuntimeKind, FunctionRuntime> runtimes;
  private final NodeCapacity node;
  private final int memoryMiB;
  private final Executor eventLoop;
  private final MeterRegistry metrics;
  private final Journal journal;
  private final Map<FunctionName, HostedFunction> byName = new HashMap<>();
  private final Set<HostedFunction> busy = new HashSet<>();

  /**
   * @param node of functions that have no capacity of their own
   * @param memoryMiB all that may be reserved at once
   * @param journal is told what becomes of the versions
   */
  Functions(
      Map<RuntimeKind, FunctionRuntime> runtimes,
      NodeCapacity node,
      int memoryMiB,
      Executor eventLoop,
      MeterRegistry metrics,
      Journal journal) {
    this.runtimes = runtimes;
    this.node = node;
    this.memoryMiB = memoryMiB;
    this.eventLoop = eventLoop;
    this.metrics = metrics;
    this.journal = journal;
  }

  /** Null when no version of it is active here. */
  @Nullable HostedFunction provided(FunctionName name) {
    HostedFunction function = byName.get(name);
    return function == null || function.active() == null ? null : function;
  }

  Counted counted(FunctionName name) {
    HostedFunction function = byName.get(name);
    return function == null ? NONE : function.counted();
  }

  /**
   * Where a function's log is read.
   *
   * @param here what this node has of it
   */
  LogSource log(FunctionName name, LogSource here) {
    HostedFunction function = provided(name);
    HostedVersion active = function == null ? null : function.active();
    return active == null ? here : active.function().log(here);
  }

  /** Whether any function is bounded by the use of the processors. */
  boolean areBoundByCpu() {
    return byName.values().stream().anyMatch(function -> function.capacity().isCpu());
  }

  /** Of those that have no capacity of their own. */
  Capacity nodeCapacity() {
    return node.capacity();
  }

  /** The node's capacity and slots are these from now on. */
  void change(CapacityConfig capacity, int slots) {
    node.change(capacity, slots);
    runtimes.values().forEach(runtime -> runtime.resize(slots));
    byName.values().forEach(function -> function.capacity().follow());
  }

  /**
   * @param sender null for a call of this node's own client
   */
  void admitted(HostedFunction function, @Nullable NodeId sender, long nowNanos) {
    function.admitted(sender, nowNanos);
    busy.add(function);
  }

  /** Of those that have calls, or were admitted some lately. */
  List<FunctionWork> work(long nowNanos) {
    busy.removeIf(function -> !function.isBusy(nowNanos));
    return busy.stream().map(function -> function.work(nowNanos)).toList();
  }

  /**
   * Makes a version ready; asked again for one that is ready, or soon will be, it answers the same.
   *
   * @return whether the version can run here
   */
  CompletionStage<Prepared> prepare(Description description, Path folder) {
    HostedFunction function = byName.computeIfAbsent(description.name(), this::newFunction);
    HostedVersion version = function.version(description.version());
    if (version == null) {
      version = function.addVersion(description.version(), description.settings().capacity());
      prepare(function, version, description, folder);
    }
    return version
        .ready()
        .handle(
            (ready, error) ->
                error == null ? new Prepared(null, null) : unprepared(description, error));
  }

  private HostedFunction newFunction(FunctionName name) {
    journal.came(name);
    return new HostedFunction(name, node, metrics, journal.of(name), this::forget);
  }

  private void prepare(
      HostedFunction function, HostedVersion version, Description description, Path folder) {
    start(description, folder)
        .whenCompleteAsync(
            (prepared, error) -> {
              if (error == null && prepared.memoryMiB() > memoryMiB) {
                prepared.close();
                fail(function, version, tooLarge(prepared.memoryMiB()));
              } else if (error == null) {
                function.log().event("version " + version.number() + " is ready");
                version.prepared(prepared);
              } else {
                fail(function, version, error);
              }
            },
            eventLoop);
  }

  private CompletionStage<PreparedFunction> start(Description description, Path folder) {
    RuntimeKind kind = description.settings().runtime();
    FunctionRuntime runtime = runtimes.get(kind);
    if (runtime == null) {
      return CompletableFuture.failedFuture(new Unfit("this node has no runtime " + kind));
    }
    try {
      return runtime.prepare(description, folder);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void fail(HostedFunction function, HostedVersion version, Throwable problem) {
    function.log().event("version " + version.number() + " cannot run here: " + told(problem));
    version.failed(problem);
    function.retire(version);
  }

  private Unfit tooLarge(int neededMiB) {
    return new Unfit(
        "each of its calls reserves "
            + neededMiB
            + " MiB, and this node has "
            + memoryMiB
            + " MiB for all calls together (invoker.memory-mib)");
  }

  private static Prepared unprepared(Description description, Throwable error) {
    Throwable cause = cause(error);
    if (!(cause instanceof Unfit)) {
      LOG.warn("{} {} was not prepared", description.name(), description.version(), cause);
    }
    return new Prepared(
        cause instanceof Unfit unfit ? unfit.obstacle() : Obstacle.UNFIT, told(cause));
  }

  private static String told(Throwable error) {
    Throwable cause = cause(error);
    return cause instanceof Unfit
        ? String.valueOf(cause.getMessage())
        : "it could not be prepared: " + cause;
  }

  private static Throwable cause(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }

  /**
   * @return the function, which may have another capacity now
   * @throws IllegalStateException when the version is not ready
   */
  HostedFunction activate(FunctionName name, FunctionVersion number) {
    HostedFunction function = byName.get(name);
    HostedVersion version = function == null ? null : function.version(number);
    if (function == null || version == null || !version.isReady()) {
      throw new IllegalStateException(name + " " + number + " was not prepared");
    }
    function.activate(version);
    return function;
  }

  /** Completes when the version's last run has ended and it is closed. */
  CompletionStage<Void> retire(FunctionName name, FunctionVersion number) {
    HostedFunction function = byName.get(name);
    return function == null ? CompletableFuture.completedFuture(null) : function.retire(number);
  }

  private void forget(HostedFunction function) {
    byName.remove(function.name());
    busy.remove(function);
    function.removeMeters();
    journal.went(function.name());
  }
}
