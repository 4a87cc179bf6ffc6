package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call of an executable. It has up to three threads while it runs: one starts the process and
 * reads its stdout, one reads its stderr, and one writes a body that may not fit into the pipe.
 * Thread-safe.
 */
final class ExecutableRun implements Run {
  /** Every pipe takes this much although nobody reads (POSIX: PIPE_BUF is at least 512). */
  private static final int FITS_IN_PIPE = 512;

  /** How long after the end of the process its output may stay open. */
  private static final Duration OUTPUT_PATIENCE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(ExecutableRun.class);

  private final Path file;
  private final Request request;
  private final Map<String, String> env;
  private final Map<String, String> environment;
  private final Processes processes;
  private final FunctionLog log;
  private final BoundedOutput stdout;
  private final CompletableFuture<Ending> ended = new CompletableFuture<>();
  private final CompletableFuture<Void> released = new CompletableFuture<>();
  private final CompletableFuture<byte[]> output = new CompletableFuture<>();
  private volatile @Nullable Child child;
  private volatile @Nullable Broke exceeded;
  private volatile boolean stopped;

  ExecutableRun(
      Path file,
      InvocationId id,
      Request request,
      Map<String, String> env,
      Processes processes,
      FunctionLog log,
      BoundedOutput stdout) {
    this.file = file;
    this.request = request;
    this.env = env;
    this.environment = CgiEnvironment.of(id, request, env);
    this.processes = processes;
    this.log = log;
    this.stdout = stdout;
  }

  @Override
  public CompletionStage<Ending> ended() {
    return ended.minimalCompletionStage();
  }

  /** Completes when no thread is busy with it any more: a bit later than {@link #ended}. */
  CompletionStage<Void> released() {
    return released.minimalCompletionStage();
  }

  void begin() {
    processes.threads().execute(this::startAndRead);
  }

  void end(Ending how) {
    ended.complete(how);
  }

  @Override
  public void stop() {
    stopped = true;
    Child running = child;
    if (running != null) {
      running.kill();
    }
  }

  private void startAndRead() {
    Child started;
    try {
      started = processes.start(List.of(file.toString()), folder(), environment, log);
    } catch (IOException e) {
      notStarted(e);
      return;
    }
    child = started;
    if (stopped) {
      started.kill();
    }
    started
        .exit()
        .thenCompose(
            exit ->
                output
                    .copy()
                    .orTimeout(OUTPUT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .handle((bytes, error) -> bytes == null ? unread(exit) : ending(exit, bytes)))
        .thenAccept(this::end);
    started
        .drained()
        .thenCombine(output.handle((bytes, error) -> ""), (drained, read) -> read)
        .thenRun(() -> released.complete(null));
    feedAndRead(started);
  }

  /**
   * When a process ends, Java closes its pipe, as soon as nobody holds the stream's monitor, and
   * what was in it by then would look like all. So the monitor is held, from before the end of the
   * body, until whoever has the other end of the pipe has closed it.
   */
  private void feedAndRead(Child started) {
    InputStream from = started.stdout();
    synchronized (from) {
      feed(started);
      read(started, from);
    }
  }

  private void notStarted(IOException error) {
    // The message itself begins with the file's path on this node.
    Throwable reason = error.getCause() == null ? error : error.getCause();
    String detail = String.valueOf(reason.getMessage()).replace(folder() + "/", "");
    end(new Broke("its process cannot be started: " + detail));
    released.complete(null);
  }

  private void feed(Child started) {
    byte[] body = Objects.requireNonNull(request.body().bytes(), "a body at hand").array();
    if (body.length <= FITS_IN_PIPE) {
      write(started, body);
    } else {
      processes.threads().execute(() -> write(started, body));
    }
  }

  private static void write(Child to, byte[] body) {
    try (OutputStream stdin = to.stdin()) {
      stdin.write(body);
    } catch (IOException e) {
      // It need not read its input: what it makes of that is told by its exit status.
      LOG.trace("the body was not read to its end", e);
    }
  }

  private void read(Child started, InputStream from) {
    try {
      from.transferTo(stdout);
      output.complete(stdout.toByteArray());
    } catch (IOException e) {
      output.completeExceptionally(e);
    } catch (BoundedOutput.Exceeded e) {
      exceeded = new Broke(String.valueOf(e.getMessage()));
      started.kill();
      output.completeExceptionally(e);
    }
  }

  private Ending ending(Exit exit, byte[] bytes) {
    if (exit.code() != 0) {
      return unread(exit);
    }
    try {
      return new Answered(CgiOutput.toResponse(env, request, bytes));
    } catch (IllegalArgumentException e) {
      return new Broke(String.valueOf(e.getMessage()));
    }
  }

  /** How it ended where its output does not matter, or cannot be had. */
  private Ending unread(Exit exit) {
    if (stopped) {
      return new Broke("it was stopped");
    }
    Broke tooLong = exceeded;
    if (tooLong != null) {
      return tooLong;
    }
    if (exit.isKilled()) {
      return new Broke(exit.told("its process"));
    }
    return exit.code() == 0
        ? new Broke("its process ended, but one that it left behind still holds its output")
        : new Raised(exit.told("its process"));
  }

  private Path folder() {
    return Objects.requireNonNull(file.getParent(), "a file in a folder");
  }
}
