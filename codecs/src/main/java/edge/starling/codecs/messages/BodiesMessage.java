package edge.starling.codecs.messages;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How large bodies and artefacts are handed out in pieces, whatever they are. */
public sealed interface BodiesMessage extends BusMessage {
  /** The most that one piece holds. */
  int PIECE_BYTES = 64 * 1024;

  /** Keep these bytes for others to read, until they are released or the time is up. */
  record Keep(Bytes bytes, Duration atMost) implements BodiesMessage {}

  /**
   * Hand out this file to whoever asks for it by the key, until released.
   *
   * @param key chosen by the owner of the file
   * @param path of an immutable file on this node's disk
   */
  record Share(String key, String path) implements BodiesMessage {}

  /**
   * @param handle null where the file cannot be read
   */
  record Kept(@Nullable BodyHandle handle) implements BodiesMessage {}

  /**
   * @param offset from the start, in bytes
   */
  record Read(String key, long offset) implements BodiesMessage {}

  /**
   * @param bytes at most {@link #PIECE_BYTES}; null where the key is unknown or released
   */
  record Piece(@Nullable Bytes bytes) implements BodiesMessage {}

  /** Nobody needs it any more. */
  record Release(String key) implements BodiesMessage {}
}
