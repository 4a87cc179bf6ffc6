package edge.starling.loadtest.network;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The pieces that are on their way through a link in one direction, in their order: a late one
 * holds up those behind it, as in TCP. Confined to one thread.
 *
 * @param <T> a piece
 */
final class Passage<T> {
  /** How much may be under way; as a socket's buffers, it holds the sender back. */
  static final int ROOM = 1 << 20;

  private record Piece<T>(T what, int bytes, long dueAt) {}

  private final Deque<Piece<T>> pieces = new ArrayDeque<>();
  private final Link link;
  private long bytes;
  private long lastDueAt = Long.MIN_VALUE;

  Passage(Link link) {
    this.link = link;
  }

  /** Takes a piece in, whether there is room or not. */
  void add(T what, int length, long now) {
    long dueAt = Math.max(lastDueAt, now + link.latencyNanos());
    lastDueAt = dueAt;
    bytes += length;
    pieces.add(new Piece<>(what, length, dueAt));
  }

  /** The next piece that has arrived, and takes it out; null if there is none. */
  @Nullable T poll(long now) {
    Piece<T> first = pieces.peek();
    if (first == null || link.isCut() || first.dueAt - now > 0) {
      return null;
    }
    pieces.remove();
    bytes -= first.bytes;
    return first.what;
  }

  /** The time until the next piece arrives if nothing is cut; 0 if it has; -1 if there is none. */
  long nanosToNext(long now) {
    Piece<T> first = pieces.peek();
    return first == null ? -1 : Math.max(0, first.dueAt - now);
  }

  boolean hasRoom() {
    return bytes < ROOM;
  }

  boolean isEmpty() {
    return pieces.isEmpty();
  }
}
