package edge.starling.loadtest.faults;

import java.util.Set;
import java.util.TreeSet;

/**
 * Something that was broken for a while.
 *
 * @param nodes whom it befell: one node, or the two ends of a link
 * @param from nanoseconds of this process's clock
 * @param until of the same clock; {@link #NOT_OVER} while it lasts
 */
record Trouble(Kind kind, Set<String> nodes, long from, long until) {
  static final long NOT_OVER = Long.MAX_VALUE;

  /** What breaks. */
  enum Kind {
    /** From SIGKILL until the node is ready again. */
    KILLED,
    /** From SIGTERM until the node is ready again. */
    LEFT,
    /** From SIGSTOP to SIGCONT. */
    STOPPED,
    /** Nothing passes between two nodes. */
    CUT,
    /** What passes between two nodes is late. */
    SLOW;

    boolean isOfNode() {
      return this == KILLED || this == LEFT || this == STOPPED;
    }
  }

  /** For people, with times counted from the origin. */
  String told(long origin) {
    String end = until == NOT_OVER ? "on" : String.format("%.3f s", (until - origin) / 1e9);
    return String.format(
        "%s %s from %.3f s to %s", kind, new TreeSet<>(nodes), (from - origin) / 1e9, end);
  }

  /** Whether it lasted, or was over for no longer than the margin, at some time between the two. */
  boolean touches(long sentAt, long endedAt, long marginNanos) {
    return from <= endedAt && (until == NOT_OVER || until + marginNanos >= sentAt);
  }
}
