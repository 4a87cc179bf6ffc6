package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A runtime whose functions do what the test says, when it says so. */
final class ScriptedRuntime implements FunctionRuntime {
  final Map<InvocationId, ScriptedRun> runs = new LinkedHashMap<>();
  final List<String> closed = new ArrayList<>();
  private final Map<String, CompletableFuture<PreparedFunction>> pending = new HashMap<>();
  boolean slowToPrepare;
  int resizedTo;
  @Nullable Duration longest;
  @Nullable RuntimeException startFailure;

  static final class ScriptedRun implements Run {
    final Request request;
    final String version;
    final CompletableFuture<Ending> ended = new CompletableFuture<>();
    boolean stopped;

    ScriptedRun(Request request, String version) {
      this.request = request;
      this.version = version;
    }

    @Override
    public CompletionStage<Ending> ended() {
      return ended;
    }

    @Override
    public void stop() {
      stopped = true;
    }
  }

  @Override
  public CompletionStage<PreparedFunction> prepare(Description description, Path folder) {
    String version = description.name().name() + " " + description.version();
    PreparedFunction function = new ScriptedFunction(version, description.settings().memoryMiB());
    if (slowToPrepare) {
      return pending.computeIfAbsent(version, key -> new CompletableFuture<>());
    }
    return CompletableFuture.completedFuture(function);
  }

  void finishPreparing(Description description) {
    String version = description.name().name() + " " + description.version();
    pending
        .remove(version)
        .complete(new ScriptedFunction(version, description.settings().memoryMiB()));
  }

  @Override
  public void resize(int slots) {
    resizedTo = slots;
  }

  @Override
  public void close() {
    runs.values().forEach(Run::stop);
  }

  private final class ScriptedFunction implements PreparedFunction {
    private final String version;
    private final int memoryMiB;

    ScriptedFunction(String version, int memoryMiB) {
      this.version = version;
      this.memoryMiB = memoryMiB;
    }

    @Override
    public int memoryMiB() {
      return memoryMiB;
    }

    @Override
    public @Nullable Duration longest() {
      return longest;
    }

    @Override
    public Run start(
        InvocationId id, Request request, Duration remaining, BytesInFlight.Share bytes) {
      if (startFailure != null) {
        throw startFailure;
      }
      ScriptedRun run = new ScriptedRun(request, version);
      runs.put(id, run);
      return run;
    }

    @Override
    public void close() {
      closed.add(version);
    }
  }
}
