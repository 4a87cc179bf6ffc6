package edge.starling.verticles.deployment;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * Which pieces of a file are still to be fetched. What one provider failed to give is asked of the
 * next; what is there stays. Confined to one event loop.
 */
final class Pieces {
  private final long length;
  private final int size;
  private final Deque<Long> again = new ArrayDeque<>();
  private long next;
  private long missing;

  /**
   * @param length of the file, in bytes
   * @param size of each piece but the last, in bytes
   */
  Pieces(long length, int size) {
    this.length = length;
    this.size = size;
    this.missing = length;
  }

  /** The offset of a piece that nobody has been asked for; nothing when all are there or asked. */
  OptionalLong take() {
    Long failed = again.poll();
    if (failed != null) {
      return OptionalLong.of(failed);
    }
    if (next >= length) {
      return OptionalLong.empty();
    }
    long offset = next;
    next += size;
    return OptionalLong.of(offset);
  }

  int lengthAt(long offset) {
    return (int) Math.min(size, length - offset);
  }

  void arrived(long offset) {
    missing -= lengthAt(offset);
  }

  void failed(long offset) {
    again.add(offset);
  }

  boolean areAllThere() {
    return missing == 0;
  }

  /** Whether any is there. */
  boolean haveBegun() {
    return missing < length;
  }

  /** Forget what is there. To be called while no piece is asked for. */
  void startOver() {
    again.clear();
    next = 0;
    missing = length;
  }
}
