package edge.starling.codecs.messages;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request or a response: its bytes, or where they can be had. Exactly one of the two
 * is there.
 *
 * @param bytes the body itself
 * @param handle a body that stays with its owner, to be read in pieces from {@link
 *     Addresses#READ_BODY}
 */
public record Body(@Nullable Bytes bytes, @Nullable BodyHandle handle) {
  /** Larger bodies cross between nodes as a handle, so that small calls need not wait for them. */
  public static final int INLINE_LIMIT = 64 * 1024;

  public static final Body EMPTY = new Body(Bytes.EMPTY, null);

  public Body {
    if ((bytes == null) == (handle == null)) {
      throw new IllegalArgumentException("a body is either bytes or a handle");
    }
  }

  public static Body of(Bytes bytes) {
    return bytes.length() == 0 ? EMPTY : new Body(bytes, null);
  }

  public static Body of(byte[] bytes) {
    return of(Bytes.wrap(bytes));
  }

  public static Body utf8(String text) {
    return of(Bytes.utf8(text));
  }

  public static Body held(BodyHandle handle) {
    return new Body(null, handle);
  }

  public long length() {
    return bytes != null ? bytes.length() : Objects.requireNonNull(handle).length();
  }
}
