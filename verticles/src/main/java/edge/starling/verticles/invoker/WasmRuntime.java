package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * Runs WebAssembly functions within the node: WASI preview 1 commands, each call in a fresh
 * instance of a module that is compiled once. The request body is stdin; the rest of the request is
 * in the environment ({@link CgiEnvironment}); stdout is the response ({@link CgiOutput}); stderr
 * is the function's log. There are no files and no network. An exit code that is not 0 means that
 * the function raised, a trap that it broke.
 *
 * <p>Measures {@code starling.wasm.cold.start}, a version's first answer with the time that reading
 * and compiling took, and {@code starling.wasm.call}, every later answer.
 */
final class WasmRuntime implements FunctionRuntime {
  private static final int COMPILERS = 2;
  private static final long IDLE_SECONDS = 60;

  private final int outputLimit;
  private final Secrets secrets;
  private final Journal journal;
  private final ThreadPoolExecutor threads;
  private final ThreadPoolExecutor compilers;
  private final CompiledModules modules;
  private final Timer coldStart;
  private final Timer warmCall;

  /**
   * @param slots runs at once
   * @param outputLimit the largest response, in bytes
   * @param secrets for those functions that name some
   * @param journal gets what the functions write to their stderr
   */
  WasmRuntime(int slots, int outputLimit, Secrets secrets, Journal journal, MeterRegistry metrics) {
    this.secrets = secrets;
    this.journal = journal;
    this.outputLimit = outputLimit;
    this.threads = daemons(slots, "starling-wasm-");
    this.compilers = daemons(COMPILERS, "starling-wasm-compiler-");
    this.modules = new CompiledModules(compilers);
    this.coldStart = metrics.timer("starling.wasm.cold.start");
    this.warmCall = metrics.timer("starling.wasm.call");
    compilers.execute(new Rehearsal());
  }

  @Override
  public CompletionStage<PreparedFunction> prepare(Description description, Path folder) {
    Artefact handler = description.handler();
    long askedAt = System.nanoTime();
    return modules
        .acquire(handler.sha256(), folder.resolve(handler.fileName()))
        .thenApply(
            module -> {
              Settings settings = description.settings();
              return new WasmFunction(
                  module,
                  settings.memoryMiB(),
                  secrets.environment(description),
                  journal.of(description.name()),
                  outputLimit,
                  threads,
                  timers(System.nanoTime() - askedAt),
                  () -> modules.release(handler.sha256()));
            });
  }

  @Override
  public void resize(int slots) {
    // the maximum is never below the core
    threads.setCorePoolSize(Math.min(slots, threads.getMaximumPoolSize()));
    threads.setMaximumPoolSize(slots);
    threads.setCorePoolSize(slots);
  }

  @Override
  public void close() {
    compilers.shutdownNow();
    threads.shutdownNow();
  }

  /** How many modules are compiled and in use. */
  int modulesInUse() {
    return modules.size();
  }

  private LongConsumer timers(long preparedInNanos) {
    AtomicBoolean isFirst = new AtomicBoolean(true);
    return nanos -> {
      if (isFirst.get() && isFirst.compareAndSet(true, false)) {
        coldStart.record(preparedInNanos + nanos, TimeUnit.NANOSECONDS);
      } else {
        warmCall.record(nanos, TimeUnit.NANOSECONDS);
      }
    };
  }

  private static ThreadPoolExecutor daemons(int count, String prefix) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, prefix + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
