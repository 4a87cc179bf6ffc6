package edge.starling.verticles.invoker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The last {@value #LIMIT} bytes of what a function writes for humans; its log gets all of it.
 * Thread-safe.
 */
final class Tail extends OutputStream {
  static final int LIMIT = 4096;

  // most functions never write any
  private byte[] kept = new byte[0];
  private int length;
  private boolean cut;
  private final LineStream lines;

  Tail(FunctionLog log) {
    lines = new LineStream(log);
  }

  /** Reads a stream to its end. Blocks; a stream that breaks has ended. */
  void drain(InputStream stream) {
    try (stream) {
      stream.transferTo(this);
    } catch (IOException broken) {
      // what came before is all there is
    } finally {
      close();
    }
  }

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] from, int offset, int count) {
    lines.write(from, offset, count);
    if (kept.length == 0) {
      kept = new byte[LIMIT];
    }
    int last = Math.min(count, LIMIT);
    int stay = Math.min(length, LIMIT - last);
    cut |= length + count > LIMIT;
    System.arraycopy(kept, length - stay, kept, 0, stay);
    System.arraycopy(from, offset + count - last, kept, stay, last);
    length = stay + last;
  }

  /** What comes after this begins a line in the log. */
  @Override
  public synchronized void close() {
    lines.close();
  }

  /** Without the blank lines around it; begins with an ellipsis where something is left out. */
  synchronized String text() {
    String text = new String(kept, 0, length, StandardCharsets.UTF_8).strip();
    return cut ? "…" + text : text;
  }
}
