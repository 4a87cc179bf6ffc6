package edge.starling.codecs.messages;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How large bodies and artefacts are handed out in pieces, whatever they are. */
public sealed interface BodiesMessage extends BusMessage {
  /** The most that one piece holds. */
  int PIECE_BYTES = 64 * 1024;

  /**
   * Keep these bytes to be read in pieces, until they are released.
   *
   * @param beginWithin they are dropped when nobody has begun to read them in this time
   * @param unreadFor once begun, without a reading for so long they are dropped
   * @param reader they are dropped when it leaves the cluster; null where that may be any node
   * @param counted whether they are among the node's bytes in flight already, and stay so
   */
  record Keep(
      Bytes bytes,
      Duration beginWithin,
      Duration unreadFor,
      @Nullable NodeId reader,
      boolean counted)
      implements BodiesMessage {}

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
