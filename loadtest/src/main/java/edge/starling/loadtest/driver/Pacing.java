package edge.starling.loadtest.driver;

import org.jspecify.annotations.Nullable;

/**
 * Decides when connections send, and takes how their calls end. Called on one event loop only, that
 * of its connections; times are those of {@link System#nanoTime}.
 */
interface Pacing {
  /** The connection is open and has no call: to be sent on now or later, or to be finished. */
  void idle(Connection connection);

  /** The connection is closed, and will be idle again if it can be opened again. */
  void lost(Connection connection);

  /**
   * A call has ended.
   *
   * @param problem null for the right answer
   */
  void ended(long dueAt, long endedAt, @Nullable String problem);

  /** Whether a lost connection is no longer worth opening again. */
  boolean isOver();
}
