package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.InvokerMessage.Counted;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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
  private final int memoryMiB;
  private final Executor eventLoop;
  private final MeterRegistry metrics;
  private final Map<FunctionName, HostedFunction> byName = new HashMap<>();

  /**
   * @param memoryMiB all that may be reserved at once
   */
  Functions(
      Map<RuntimeKind, FunctionRuntime> runtimes,
      int memoryMiB,
      Executor eventLoop,
      MeterRegistry metrics) {
    this.runtimes = runtimes;
    this.memoryMiB = memoryMiB;
    this.eventLoop = eventLoop;
    this.metrics = metrics;
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
   * Makes a version ready; asked again for one that is ready, or soon will be, it answers the same.
   *
   * @return why the version cannot run here; null when it is ready
   */
  CompletionStage<@Nullable String> prepare(Description description, Path folder) {
    HostedFunction function =
        byName.computeIfAbsent(
            description.name(), name -> new HostedFunction(name, metrics, this::forget));
    HostedVersion version = function.version(description.version());
    if (version == null) {
      version = function.addVersion(description.version());
      prepare(function, version, description, folder);
    }
    return version
        .ready()
        .handle((ready, error) -> error == null ? null : problem(description, error));
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

  private static String problem(Description description, Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause instanceof Unfit) {
      return String.valueOf(cause.getMessage());
    }
    LOG.warn("{} {} was not prepared", description.name(), description.version(), cause);
    return "it could not be prepared: " + cause;
  }

  /**
   * @throws IllegalStateException when the version is not ready
   */
  void activate(FunctionName name, FunctionVersion number) {
    HostedFunction function = byName.get(name);
    HostedVersion version = function == null ? null : function.version(number);
    if (function == null || version == null || !version.isReady()) {
      throw new IllegalStateException(name + " " + number + " was not prepared");
    }
    function.activate(version);
  }

  /** Completes when the version's last run has ended and it is closed. */
  CompletionStage<Void> retire(FunctionName name, FunctionVersion number) {
    HostedFunction function = byName.get(name);
    return function == null ? CompletableFuture.completedFuture(null) : function.retire(number);
  }

  private void forget(HostedFunction function) {
    byName.remove(function.name());
    function.removeMeters();
  }
}
