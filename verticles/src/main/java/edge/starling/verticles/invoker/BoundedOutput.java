package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.Body;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * What a function answers, kept up to a limit, and counted among the bytes that the node holds.
 * Confined to one thread.
 */
final class BoundedOutput extends OutputStream {

  /** The function wrote more than it may; this ends its run. */
  static final class Exceeded extends RuntimeException {
    private Exceeded(String message) {
      super(message, null, false, false);
    }
  }

  private final int limit;
  private final BytesInFlight.Share held;
  private byte[] bytes = new byte[0];
  private int length;

  BoundedOutput(int limit, BytesInFlight.Share held) {
    this.limit = limit;
    this.held = held;
  }

  /**
   * Makes room for an answer whose length is known.
   *
   * @throws Exceeded where it may not be so long
   */
  void expect(long expected) {
    if (expected > limit) {
      throw new Exceeded("its answer is larger than " + limit + " bytes (http.max-body)");
    }
    grow((int) expected);
  }

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int count) {
    long needed = (long) length + count;
    if (needed > bytes.length) {
      expect(Math.max(needed, Math.min(limit, 2L * length)));
    }
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
  }

  byte[] toByteArray() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  private void grow(int capacity) {
    int more = capacity - bytes.length;
    // what travels with its message is small, and must not be lost to what others hold
    if (capacity <= Body.INLINE_LIMIT) {
      held.add(more);
    } else if (!held.tryAdd(more)) {
      throw new Exceeded(
          "there is no room for its answer now, as this node holds all the bytes that it may"
              + " (http.bytes-in-flight)");
    }
    bytes = Arrays.copyOf(bytes, capacity);
  }
}
