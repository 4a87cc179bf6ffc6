package edge.starling.loadtest.driver;

import org.jspecify.annotations.Nullable;

/** Each connection sends its next call as soon as it has the answer to the last one. */
final class ClosedLoop implements Pacing {
  private final Tally tally;
  private final long windowBegin;
  private final long windowEnd;

  ClosedLoop(Tally tally, long windowBegin, long windowEnd) {
    this.tally = tally;
    this.windowBegin = windowBegin;
    this.windowEnd = windowEnd;
  }

  @Override
  public void idle(Connection connection) {
    long now = System.nanoTime();
    if (now - windowEnd >= 0) {
      connection.finish();
    } else {
      connection.send(now);
    }
  }

  @Override
  public void lost(Connection connection) {
    // It is offered again as soon as it is open.
  }

  @Override
  public void ended(long dueAt, long endedAt, @Nullable String problem) {
    tally.ended(dueAt, endedAt, problem, endedAt - windowBegin >= 0 && endedAt - windowEnd < 0);
  }

  @Override
  public boolean isOver() {
    return System.nanoTime() - windowEnd >= 0;
  }
}
