package edge.starling.verticles.invoker;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Says when things are over time, to about one tick: a hashed timing wheel (G. Varghese and T.
 * Lauck, "Hashed and hierarchical timing wheels", 1987, scheme 6), so that adding and removing cost
 * the same however many there are. Times are those of one monotonic clock, in nanoseconds. Confined
 * to one thread.
 */
final class Deadlines {
  static final long TICK_NANOS = 10_000_000;
  private static final int BUCKETS = 512; // a power of two; one turn takes 5 seconds

  /** Something with a deadline, in one wheel at most. */
  abstract static class Timed {
    private long deadlineNanos;
    private @Nullable Timed before;
    private @Nullable Timed after;
    private int bucket = -1;

    Timed(long deadlineNanos) {
      this.deadlineNanos = deadlineNanos;
    }

    long deadlineNanos() {
      return deadlineNanos;
    }

    /** Only while it is in no wheel. */
    void setDeadlineNanos(long other) {
      deadlineNanos = other;
    }

    /** The time is over; it is in the wheel no longer. */
    abstract void expired();
  }

  private final @Nullable Timed[] buckets = new @Nullable Timed[BUCKETS];
  private int size;
  private long tick;

  boolean isEmpty() {
    return size == 0;
  }

  void add(Timed timed, long nowNanos) {
    if (size++ == 0) {
      tick = Math.floorDiv(nowNanos, TICK_NANOS);
    }
    // the first tick at which the deadline has surely passed, and one that is still to come
    long due = Math.max(Math.floorDiv(timed.deadlineNanos, TICK_NANOS), tick) + 1;
    timed.bucket = (int) due & (BUCKETS - 1);
    Timed head = buckets[timed.bucket];
    timed.after = head;
    if (head != null) {
      head.before = timed;
    }
    buckets[timed.bucket] = timed;
  }

  /** Harmless when it is not in the wheel. */
  void remove(Timed timed) {
    if (timed.bucket < 0) {
      return;
    }
    Timed before = timed.before;
    Timed after = timed.after;
    if (before == null) {
      buckets[timed.bucket] = after;
    } else {
      before.after = after;
    }
    if (after != null) {
      after.before = before;
    }
    timed.before = null;
    timed.after = null;
    timed.bucket = -1;
    size--;
  }

  /** Tells all whose time is over. */
  void advance(long nowNanos) {
    long now = Math.floorDiv(nowNanos, TICK_NANOS);
    Queue<Timed> over = new ArrayDeque<>(0);
    for (long due = Math.max(tick, now - BUCKETS) + 1; due <= now; due++) {
      for (Timed timed = buckets[(int) due & (BUCKETS - 1)]; timed != null; timed = timed.after) {
        if (timed.deadlineNanos <= nowNanos) {
          over.add(timed);
        }
      }
    }
    tick = Math.max(tick, now);
    // only now, as this may add and remove others
    over.forEach(this::remove);
    over.forEach(Timed::expired);
  }
}
