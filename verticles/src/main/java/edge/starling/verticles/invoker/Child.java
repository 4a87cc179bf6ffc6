package edge.starling.verticles.invoker;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
  private volatile List<ProcessHandle> family = List.of();
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

  /**
   * Asks it and all that it has started to end (SIGTERM): a shell does not hand that on to its
   * program. Does not block.
   */
  void terminate() {
    threads.execute(
        () -> {
          rememberFamily();
          family.forEach(ProcessHandle::destroy);
        });
  }

  /**
   * Ends it and all that it has started (SIGKILL), even where it has ended since it was asked to
   * and others have not. Does not block.
   */
  void kill() {
    threads.execute(
        () -> {
          rememberFamily();
          family.forEach(ProcessHandle::destroyForcibly);
        });
  }

  /** By handles: the process object would close its stdin first. */
  private void rememberFamily() {
    if (process.isAlive()) {
      List<ProcessHandle> now = new ArrayList<>();
      now.add(process.toHandle());
      process.descendants().forEach(now::add);
      family = List.copyOf(now);
    }
  }
}
