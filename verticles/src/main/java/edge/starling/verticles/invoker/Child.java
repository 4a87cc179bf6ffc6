package edge.starling.verticles.invoker;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A process that this node has started. Its stderr is read to the end. Thread-safe. */
final class Child {
  /** A process of its own that outlives it may hold its stderr open. */
  private static final Duration STDERR_PATIENCE = Duration.ofMillis(500);

  private final Process process;
  private final Executor threads;
  private final Tail stderr;
  private final CompletableFuture<Void> drained;
  private final CompletableFuture<Exit> exit;

  /**
   * @param folder where it runs, which is left out of what it has written to its stderr: where that
   *     is on the node is no caller's business
   * @param log gets that as well
   */
  Child(Process process, Path folder, FunctionLog log, Executor threads) {
    String inFolder = folder.toAbsolutePath() + "/";
    this.process = process;
    this.threads = threads;
    stderr = new Tail((text, leftOut) -> log.line(text.replace(inFolder, ""), leftOut));
    drained = CompletableFuture.runAsync(() -> stderr.drain(process.getErrorStream()), threads);
    exit =
        process
            .onExit()
            .thenCompose(
                ended ->
                    drained
                        .copy()
                        .completeOnTimeout(null, STDERR_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                        .thenApply(
                            end ->
                                new Exit(ended.exitValue(), stderr.text().replace(inFolder, ""))));
  }

  long pid() {
    return process.pid();
  }

  OutputStream stdin() {
    return process.getOutputStream();
  }

  InputStream stdout() {
    return process.getInputStream();
  }

  /** Reads its stdout as a part of its stderr. */
  void drainStdout() {
    threads.execute(() -> stderr.drain(process.getInputStream()));
  }

  /** Completes when nobody holds its stderr open any more. */
  CompletionStage<Void> drained() {
    return drained.minimalCompletionStage();
  }

  /** Completes, never exceptionally, when it has ended. */
  CompletionStage<Exit> exit() {
    return exit.minimalCompletionStage();
  }

  /** Asks it to end (SIGTERM). By its handle: the process object would close its stdin first. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** Ends it and all that it has started (SIGKILL). Does not block. */
  void kill() {
    threads.execute(
        () -> {
          List<ProcessHandle> descendants = process.descendants().toList();
          process.toHandle().destroyForcibly();
          descendants.forEach(ProcessHandle::destroyForcibly);
        });
  }
}
