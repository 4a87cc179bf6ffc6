package edge.starling.codecs.bus;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of all bodies that a node holds, whoever holds them: requests on their way in, bodies
 * fetched from peers, answers while functions write them and until they are taken. One for a node.
 * Thread-safe.
 */
public final class BytesInFlight {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param limit in bytes; 0 for a quarter of the heap
   */
  public BytesInFlight(long limit) {
    this.limit = limit > 0 ? limit : Runtime.getRuntime().maxMemory() / 4;
  }

  /** For one holder, who has nothing yet. */
  public Share open() {
    return new Share();
  }

  public long held() {
    return held.get();
  }

  public long limit() {
    return limit;
  }

  /** What one holder has of it, until it gives all of it back. Thread-safe. */
  public final class Share {
    private long bytes;
    private boolean released;

    private Share() {}

    /**
     * Counts more bytes, unless all together would go beyond the limit, or the share was given
     * back.
     */
    public synchronized boolean tryAdd(long more) {
      if (released) {
        return false;
      }
      if (held.addAndGet(more) > limit) {
        held.addAndGet(-more);
        return false;
      }
      bytes += more;
      return true;
    }

    /** Counts bytes that are here already: refusing them would lose an answer. */
    public synchronized void add(long more) {
      if (!released) {
        held.addAndGet(more);
        bytes += more;
      }
    }

    public synchronized boolean isEmpty() {
      return bytes == 0;
    }

    /** Gives all of it back, once and for ever. */
    public synchronized void release() {
      held.addAndGet(-bytes);
      bytes = 0;
      released = true;
    }
  }
}
