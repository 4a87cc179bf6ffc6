package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a WebAssembly function. It is stopped by interrupting its thread, which compiled code
 * looks at in every loop and call; never outside of the run, so no other run on that thread is hit.
 */
final class WasmRun implements Run, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(WasmRun.class);
  private static final Broke STOPPED = new Broke("the function was stopped");

  private final WasmFunction function;
  private final InvocationId id;
  private final Request request;
  private final BytesInFlight.Share bytes;
  private final CompletableFuture<Ending> ended = new CompletableFuture<>();
  private @Nullable Thread thread;
  private boolean stopped;

  WasmRun(WasmFunction function, InvocationId id, Request request, BytesInFlight.Share bytes) {
    this.function = function;
    this.id = id;
    this.request = request;
    this.bytes = bytes;
  }

  @Override
  public CompletionStage<Ending> ended() {
    return ended;
  }

  @Override
  public synchronized void stop() {
    stopped = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  @Override
  public void run() {
    Ending ending = STOPPED;
    if (begin()) {
      long start = System.nanoTime();
      try {
        ending = execute();
      } finally {
        finish();
      }
      if (ending instanceof Answered) {
        function.answeredAfter(System.nanoTime() - start);
      }
    }
    ended.complete(ending);
  }

  private synchronized boolean begin() {
    if (!stopped) {
      thread = Thread.currentThread();
    }
    return !stopped;
  }

  private void finish() {
    synchronized (this) {
      thread = null;
    }
    // nobody interrupts any more; what is left of it would hit the next run
    boolean unused = Thread.interrupted();
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  /** Whatever the function does, it harms no more than its own call. */
  private Ending execute() {
    BoundedOutput stdout = new BoundedOutput(function.outputLimit(), bytes);
    Tail stderr = new Tail(function.log());
    Bytes body = Objects.requireNonNull(request.body().bytes());
    try {
      Sandbox sandbox = function.takeSandbox();
      int exitCode = sandbox.run(body.array(), stdout, stderr, function.environment(id, request));
      function.giveBack(sandbox);
      return exitCode == 0
          ? answer(stdout)
          : new Raised(withStderr("the function exited with status " + exitCode, stderr));
    } catch (BoundedOutput.Exceeded e) {
      return new Broke(withStderr("the function was ended: " + e.getMessage(), stderr));
    } catch (RuntimeException e) {
      return isStopped()
          ? STOPPED
          : new Broke(withStderr("the function trapped: " + text(e), stderr));
    } catch (OutOfMemoryError e) {
      return new Broke(withStderr("the node had no memory left for the function", stderr));
    } catch (StackOverflowError e) {
      return new Broke(withStderr("the function trapped: call stack exhausted", stderr));
    } catch (Throwable e) {
      LOG.error("call {} broke its runtime", id, e);
      return new Broke(withStderr("the runtime failed: " + e, stderr));
    } finally {
      stderr.close();
    }
  }

  private Ending answer(BoundedOutput stdout) {
    try {
      Response response = CgiOutput.toResponse(function.env(), request, stdout.toByteArray());
      return new Answered(response);
    } catch (IllegalArgumentException e) {
      return new Broke(String.valueOf(e.getMessage()));
    }
  }

  private static String text(RuntimeException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static String withStderr(String what, Tail stderr) {
    String end = stderr.text();
    return end.isEmpty() ? what : what + "; its stderr ended with: " + end;
  }
}
