package edge.starling.verticles.bodies;

import edge.starling.codecs.messages.BodiesMessage;
import edge.starling.codecs.messages.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Immutable files that are handed out under the keys that their owners chose. A file that is read
 * stays open until nobody has read it for a while. Thread-safe; every method may wait for the disk.
 */
final class SharedFiles implements AutoCloseable {
  private final Map<String, SharedFile> files = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  SharedFiles(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * @return the file's length in bytes
   */
  long share(String key, Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new NoSuchFileException(path.toString());
    }
    long length = Files.size(path);
    files.computeIfAbsent(key, unknown -> new SharedFile(path));
    return length;
  }

  boolean has(String key) {
    return files.containsKey(key);
  }

  /** What begins at the offset; empty at the end or beyond; null for an unknown key. */
  @Nullable Bytes piece(String key, long offset) throws IOException {
    SharedFile file = files.get(key);
    if (file == null || offset < 0) {
      return null;
    }
    FileChannel channel = file.open();
    long left = Math.max(0, channel.size() - offset);
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(BodiesMessage.PIECE_BYTES, left));
    while (piece.hasRemaining()) {
      if (channel.read(piece, offset + piece.position()) < 0) {
        throw new IOException("a shared file has shrunk");
      }
    }
    return Bytes.wrap(piece.array());
  }

  /** Harmless for an unknown key. */
  void release(String key) throws IOException {
    SharedFile file = files.remove(key);
    if (file != null) {
      file.close();
    }
  }

  void closeIdle(Duration idle) throws IOException {
    for (SharedFile file : files.values()) {
      file.closeIfIdle(idle.toNanos());
    }
  }

  @Override
  public void close() throws IOException {
    for (String key : files.keySet()) {
      release(key);
    }
  }

  private final class SharedFile {
    private final Path path;
    private @Nullable FileChannel channel;
    private boolean released;
    private long lastRead;

    SharedFile(Path path) {
      this.path = path;
    }

    synchronized FileChannel open() throws IOException {
      if (released) {
        throw new IOException("released meanwhile");
      }
      lastRead = nanoTime.getAsLong();
      FileChannel open = channel;
      if (open == null || !open.isOpen()) {
        open = FileChannel.open(path);
        channel = open;
      }
      return open;
    }

    synchronized void closeIfIdle(long idleNanos) throws IOException {
      if (channel != null && nanoTime.getAsLong() - lastRead >= idleNanos) {
        channel.close();
        channel = null;
      }
    }

    synchronized void close() throws IOException {
      released = true;
      closeIfIdle(Long.MIN_VALUE);
    }
  }
}
