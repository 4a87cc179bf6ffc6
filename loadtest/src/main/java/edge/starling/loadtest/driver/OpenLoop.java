package edge.starling.loadtest.driver;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Calls are due at set times, whether earlier ones have been answered or not. A call that finds no
 * idle connection waits for one, and its latency counts from when it was due: a stall of the server
 * is seen in every call that it delayed.
 */
final class OpenLoop implements Pacing {
  private static final int MOST_WAITING = 100_000;
  private static final String NOT_SENT = "not sent: no connection became idle in time";

  private final Tally tally;
  private final long windowBegin;
  private final long patienceNanos;
  private final ArrayDeque<Connection> idle = new ArrayDeque<>();
  private final ArrayDeque<Long> waiting = new ArrayDeque<>();
  private long lastRightAt;
  private boolean over;

  /**
   * @param patienceNanos a call that has waited so long for a connection is not sent any more
   */
  OpenLoop(Tally tally, long windowBegin, long patienceNanos) {
    this.tally = tally;
    this.windowBegin = windowBegin;
    this.patienceNanos = patienceNanos;
    this.lastRightAt = windowBegin;
  }

  /** A call is due; the time may be a little past. */
  void due(long dueAt) {
    Connection free = idle.poll();
    if (free != null) {
      free.send(dueAt);
    } else if (waiting.size() < MOST_WAITING) {
      waiting.add(dueAt);
    } else {
      tally.wrong(NOT_SENT);
    }
  }

  /** No further call will be due. */
  void end() {
    over = true;
    idle.forEach(Connection::finish);
    idle.clear();
  }

  /** When the last right answer came. */
  long lastRightAt() {
    return lastRightAt;
  }

  @Override
  public void idle(Connection connection) {
    dropOverdue();
    Long next = waiting.poll();
    if (next != null) {
      connection.send(next);
    } else if (over) {
      connection.finish();
    } else {
      idle.add(connection);
    }
  }

  @Override
  public void lost(Connection connection) {
    idle.remove(connection);
  }

  @Override
  public void ended(long dueAt, long endedAt, @Nullable String problem) {
    tally.ended(dueAt, endedAt, problem, dueAt - windowBegin >= 0);
    lastRightAt = problem == null ? endedAt : lastRightAt;
  }

  @Override
  public boolean isOver() {
    dropOverdue();
    return over && waiting.isEmpty();
  }

  private void dropOverdue() {
    long now = System.nanoTime();
    for (Long dueAt = waiting.peek();
        dueAt != null && now - dueAt > patienceNanos;
        dueAt = waiting.peek()) {
      waiting.remove();
      tally.wrong(NOT_SENT);
    }
  }
}
