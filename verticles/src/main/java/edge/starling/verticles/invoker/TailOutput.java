package edge.starling.verticles.invoker;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A function's stderr, of which the last {@value #KEPT} bytes are kept. Confined to one thread. */
final class TailOutput extends OutputStream {
  static final int KEPT = 4096;

  private byte[] ring = new byte[0];
  private long written;

  @Override
  public void write(int one) {
    if (ring.length == 0) {
      ring = new byte[KEPT];
    }
    ring[(int) (written++ % KEPT)] = (byte) one;
  }

  @Override
  public void write(byte[] from, int offset, int count) {
    int skipped = Math.max(0, count - KEPT);
    written += skipped;
    for (int i = offset + skipped; i < offset + count; i++) {
      write(from[i]);
    }
  }

  /** What is kept, as text without white space around it. */
  String text() {
    int start = (int) (written % KEPT);
    byte[] tail;
    if (written <= KEPT) {
      tail = Arrays.copyOf(ring, (int) written);
    } else {
      tail = new byte[KEPT];
      System.arraycopy(ring, start, tail, 0, KEPT - start);
      System.arraycopy(ring, 0, tail, KEPT - start, start);
    }
    return new String(tail, StandardCharsets.UTF_8).strip();
  }
}
