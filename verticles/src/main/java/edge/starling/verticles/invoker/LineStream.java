package edge.starling.verticles.invoker;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes lines of what is written, each with at most {@value #LIMIT} bytes. What comes after the
 * last end of a line becomes one when it is closed; it may be written to again after that. Confined
 * to one thread at a time.
 */
final class LineStream extends OutputStream {
  static final int LIMIT = 8192;

  private static final int FIRST = 128;
  private static final byte[] NOTHING = new byte[0];

  private final FunctionLog log;
  private byte[] begun = NOTHING; // most functions never write any
  private int length;
  private long leftOut;

  LineStream(FunctionLog log) {
    this.log = log;
  }

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int count) {
    int start = offset;
    for (int i = offset; i < offset + count; i++) {
      if (from[i] == '\n') {
        end(from, start, i - start);
        start = i + 1;
      }
    }
    keep(from, start, offset + count - start);
  }

  @Override
  public void close() {
    if (length > 0) {
      end(begun, 0, 0);
    }
  }

  private void end(byte[] from, int offset, int count) {
    if (length == 0 && count <= LIMIT) {
      tell(from, offset, count);
    } else {
      keep(from, offset, count);
      tell(begun, 0, length);
      length = 0;
      leftOut = 0;
    }
  }

  private void keep(byte[] from, int offset, int count) {
    int taken = Math.min(count, LIMIT - length);
    if (length + taken > begun.length) {
      begun = Arrays.copyOf(begun, Math.min(LIMIT, Math.max(FIRST, 2 * (length + taken))));
    }
    System.arraycopy(from, offset, begun, length, taken);
    length += taken;
    leftOut += count - taken;
  }

  private void tell(byte[] from, int offset, int count) {
    int whole = leftOut > 0 ? wholeCharacters(from, offset, count) : count;
    boolean carriageReturn = whole > 0 && leftOut == 0 && from[offset + whole - 1] == '\r';
    log.line(
        new String(from, offset, carriageReturn ? whole - 1 : whole, StandardCharsets.UTF_8),
        leftOut + count - whole);
  }

  /** Where a line is cut, so that it does not end within a character. */
  private static int wholeCharacters(byte[] from, int offset, int count) {
    int end = count;
    while (end > 0 && (from[offset + end - 1] & 0xC0) == 0x80) {
      end--;
    }
    boolean startsOne = end > 0 && (from[offset + end - 1] & 0xC0) == 0xC0;
    return startsOne ? end - 1 : count;
  }
}
