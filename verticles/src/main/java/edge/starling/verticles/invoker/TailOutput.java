package edge.starling.verticles.invoker;

import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A function's stderr, of which the end is kept. Most functions never write to it. */
final class TailOutput extends OutputStream {
  private @Nullable Tail tail;

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int count) {
    if (tail == null) {
      tail = new Tail();
    }
    for (int done = 0; done < count; done += Tail.LIMIT) {
      int next = Math.min(Tail.LIMIT, count - done);
      tail.add(Arrays.copyOfRange(from, offset + done, offset + done + next), next);
    }
  }

  /** See {@link Tail#text}. */
  String text() {
    return tail == null ? "" : tail.text();
  }
}
