package edge.starling.verticles.invoker;

import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Starts processes, and ends those that still run when it is closed. They see nothing of the node's
 * own environment but where programs are and which language is spoken. Thread-safe.
 */
final class Processes implements AutoCloseable {
  private static final Set<String> HARMLESS = Set.of("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ");
  private static final long IDLE_SECONDS = 10;
  private static final int BUSY_TRIES = 100;
  private static final int BUSY_WAIT_MILLIS = 10;

  private final Set<Child> alive = ConcurrentHashMap.newKeySet();
  private final Executor threads;
  private volatile boolean closed;

  Processes() {
    AtomicInteger number = new AtomicInteger();
    // No bound here: each process has at most three, and its starter bounds the processes.
    threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "starling-process-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * @throws Unfit for variables that no process can have; the message tells names, never values
   */
  static void check(Map<String, String> env) {
    env.forEach(
        (name, value) -> {
          if (name.isEmpty() || name.indexOf('=') >= 0 || (name + value).indexOf('\0') >= 0) {
            throw new Unfit(
                "env: the name of a variable is not empty and has no \"=\", and neither name nor"
                    + " value has a NUL: \""
                    + name.replace('\0', '?')
                    + "\"");
          }
        });
  }

  /** Where tasks may block. The threads end when they are idle. */
  Executor threads() {
    return threads;
  }

  /** As the other, with no more than every process gets. */
  Child start(List<String> command, Path folder, Map<String, String> env, FunctionLog log)
      throws IOException {
    return start(command, folder, env, name -> false, log);
  }

  /**
   * Starts a process. Blocks for some milliseconds.
   *
   * @param folder where it runs, and its HOME
   * @param env added to its environment, above everything else
   * @param inherited names of further variables that it gets from the node's own environment
   * @param log gets what it writes to its stderr
   * @throws IOException also once this is closed
   */
  Child start(
      List<String> command,
      Path folder,
      Map<String, String> env,
      Predicate<String> inherited,
      FunctionLog log)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> !HARMLESS.contains(name) && !inherited.test(name));
    environment.putIfAbsent("HOME", folder.toString());
    environment.putAll(env);
    if (closed) {
      throw new IOException("the node ends");
    }
    Child child = new Child(begin(builder), folder, log, threads);
    alive.add(child);
    child.exit().thenAccept(exit -> alive.remove(child));
    if (closed) {
      child.kill();
    }
    return child;
  }

  /** A process that was forked while the program was written may hold it open for a moment. */
  private static Process begin(ProcessBuilder builder) throws IOException {
    for (int tries = BUSY_TRIES; ; tries--) {
      try {
        return builder.start();
      } catch (IOException e) {
        if (tries == 0 || !String.valueOf(e.getMessage()).contains("error=26,")) {
          throw e;
        }
        new CompletableFuture<Void>()
            .completeOnTimeout(null, BUSY_WAIT_MILLIS, TimeUnit.MILLISECONDS)
            .join();
      }
    }
  }

  /** Ends every process at once. Does not block. */
  @Override
  public void close() {
    closed = true;
    alive.forEach(Child::kill);
  }
}
