package edge.starling.verticles.invoker;

import java.io.OutputStream;
import java.util.Arrays;

/** A function's stdout, kept up to a limit. Confined to the thread that runs the function. */
final class BoundedOutput extends OutputStream {

  /** The function wrote more than it may; this ends its run. */
  static final class Exceeded extends RuntimeException {
    Exceeded(int limit) {
      super("its answer is larger than " + limit + " bytes (http.max-body)", null, false, false);
    }
  }

  private final int limit;
  private byte[] bytes = new byte[0];
  private int length;

  BoundedOutput(int limit) {
    this.limit = limit;
  }

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int count) {
    if (count > limit - length) {
      throw new Exceeded(limit);
    }
    if (count > bytes.length - length) {
      int atLeast = length + count;
      bytes = Arrays.copyOf(bytes, (int) Math.max(atLeast, Math.min(limit, 2L * length)));
    }
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
  }

  byte[] toByteArray() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}
