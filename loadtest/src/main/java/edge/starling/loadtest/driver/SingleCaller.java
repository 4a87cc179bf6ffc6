package edge.starling.loadtest.driver;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sends one call at a time over one kept connection, whenever it is told to. For one thread. */
public final class SingleCaller implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EventLoops loops;
  private final Connection connection;
  private final Single single = new Single();

  SingleCaller(EventLoops loops, Call call) throws IOException {
    this.loops = loops;
    connection = new Connection(loops.loop(0), call, PATIENCE);
    EventLoops.awaitOpen(connection.open());
    loops.loop(0).execute(() -> connection.begin(single));
  }

  /**
   * Sends the call and waits for the answer.
   *
   * @return the time from sending to the last byte of the right answer
   * @throws IOException if the answer was another one, or none came
   */
  public Duration call() throws IOException, InterruptedException {
    var answer = new CompletableFuture<Duration>();
    loops.loop(0).execute(() -> single.send(answer));
    try {
      return answer.get(PATIENCE.toMillis() * 2, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new IOException(cause == null ? e.getMessage() : cause.getMessage(), e);
    } catch (TimeoutException e) {
      throw new IOException("no answer", e);
    }
  }

  @Override
  public void close() {
    loops.loop(0).execute(connection::finish);
  }

  /** Confined to the event loop. */
  private static final class Single implements Pacing {
    private @Nullable Connection idle;
    private @Nullable CompletableFuture<Duration> answer;

    void send(CompletableFuture<Duration> answer) {
      this.answer = answer;
      Connection free = idle;
      if (free != null) {
        idle(free);
      }
    }

    @Override
    public void idle(Connection connection) {
      idle = answer == null ? connection : null;
      if (answer != null) {
        connection.send(System.nanoTime());
      }
    }

    @Override
    public void lost(Connection connection) {
      idle = null;
    }

    @Override
    public void ended(long dueAt, long endedAt, @Nullable String problem) {
      CompletableFuture<Duration> ended = answer;
      answer = null;
      if (ended == null) {
        return;
      }
      if (problem == null) {
        ended.complete(Duration.ofNanos(endedAt - dueAt));
      } else {
        ended.completeExceptionally(new IOException(problem));
      }
    }

    @Override
    public boolean isOver() {
      return false;
    }
  }
}
