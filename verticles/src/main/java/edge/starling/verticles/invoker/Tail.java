package edge.starling.verticles.invoker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The last {@value #LIMIT} bytes of what a process writes for humans. Thread-safe. */
final class Tail {
  static final int LIMIT = 4096;

  private final byte[] kept = new byte[LIMIT];
  private int length;
  private boolean cut;

  /** Reads a stream to its end. Blocks; a stream that breaks has ended. */
  void drain(InputStream stream) {
    byte[] piece = new byte[LIMIT];
    try (stream) {
      for (int read = stream.read(piece); read >= 0; read = stream.read(piece)) {
        add(piece, read);
      }
    } catch (IOException e) {
      add(new byte[0], 0);
    }
  }

  /**
   * @param count at most {@link #LIMIT}
   */
  synchronized void add(byte[] piece, int count) {
    int over = Math.max(0, length + count - LIMIT);
    System.arraycopy(kept, over, kept, 0, length - over);
    System.arraycopy(piece, 0, kept, length - over, count);
    length += count - over;
    cut |= over > 0;
  }

  /** Without the blank lines around it; begins with an ellipsis where something is left out. */
  synchronized String text() {
    String text = new String(kept, 0, length, StandardCharsets.UTF_8).strip();
    return cut ? "…" + text : text;
  }
}
