package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import run.endive.runtime.Memory;
import run.endive.wasm.types.MemoryLimits;

/** A WebAssembly function, ready to run. Its runs happen on the threads of its runtime. */
final class WasmFunction implements PreparedFunction {
  private static final int PAGES_PER_MIB = (1 << 20) / Memory.PAGE_SIZE;

  private final CompiledModule module;
  private final Supplier<Map<String, String>> env;
  private final FunctionLog log;
  private final boolean usesEnvironment;
  private final MemoryLimits limits;
  private final int memoryMiB;
  private final int outputLimit;
  private final Executor threads;
  private final LongConsumer answeredAfterNanos;
  private final Runnable whenClosed;
  // as many as can be of use at once
  private final BlockingQueue<Sandbox> idle =
      new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

  /**
   * @param memoryMiB the most that one instance may have; a module that starts with more has that
   * @param env that it has now
   * @param log gets its stderr
   * @param outputLimit of its stdout, in bytes
   * @param answeredAfterNanos told how long each run took that was answered
   */
  WasmFunction(
      CompiledModule module,
      int memoryMiB,
      Supplier<Map<String, String>> env,
      FunctionLog log,
      int outputLimit,
      Executor threads,
      LongConsumer answeredAfterNanos,
      Runnable whenClosed) {
    this.module = module;
    this.env = env;
    this.log = log;
    this.outputLimit = outputLimit;
    this.threads = threads;
    this.answeredAfterNanos = answeredAfterNanos;
    this.whenClosed = whenClosed;
    this.usesEnvironment = WasiImports.usesEnvironment(module.module());
    MemoryLimits own = module.memoryLimits();
    int initial = own.initialPages();
    long asked = Math.max(initial, (long) memoryMiB * PAGES_PER_MIB);
    int most = (int) Math.min(Math.min(asked, own.maximumPages()), Memory.RUNTIME_MAX_PAGES);
    this.limits = new MemoryLimits(initial, most, own.shared());
    this.memoryMiB = Math.max(memoryMiB, (initial + PAGES_PER_MIB - 1) / PAGES_PER_MIB);
  }

  @Override
  public int memoryMiB() {
    return memoryMiB;
  }

  @Override
  public Run start(
      InvocationId id, Request request, Duration remaining, BytesInFlight.Share bytes) {
    WasmRun run = new WasmRun(this, id, request, bytes);
    threads.execute(run);
    return run;
  }

  @Override
  public void close() {
    idle.clear();
    whenClosed.run();
  }

  Map<String, String> env() {
    return env.get();
  }

  /** What a run finds in its environment; nothing where the module cannot look. */
  Map<String, String> environment(InvocationId id, Request request) {
    return usesEnvironment ? CgiEnvironment.of(id, request, env.get()) : Map.of();
  }

  FunctionLog log() {
    return log;
  }

  int outputLimit() {
    return outputLimit;
  }

  void answeredAfter(long nanos) {
    answeredAfterNanos.accept(nanos);
  }

  Sandbox takeSandbox() {
    Sandbox sandbox = idle.poll();
    return sandbox == null ? new Sandbox(module, limits) : sandbox;
  }

  /** After a run that ended as runs should. */
  void giveBack(Sandbox sandbox) {
    // with enough of them there, this one goes
    boolean unused = idle.offer(sandbox);
  }
}
