package edge.starling.verticles.manycall;

import io.vertx.core.Vertx;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is made when it is first needed. Confined to the event loop, which it does not block:
 * its work is done elsewhere, in its order.
 */
final class SpillStore implements Spill {
  private static final Logger LOG = LoggerFactory.getLogger(SpillStore.class);
  private static final Set<StandardOpenOption> OPEN =
      EnumSet.of(
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);

  private final Vertx vertx;
  private final Path path;
  private long length;
  // touched by the work alone
  private @Nullable FileChannel file;

  /**
   * @param path where there is no file, in a folder that only the node's user may read
   */
  SpillStore(Vertx vertx, Path path) {
    this.vertx = vertx;
    this.path = path;
  }

  @Override
  public CompletionStage<Long> append(byte[] bytes) {
    long at = length;
    length += bytes.length;
    return inOrder(
        () -> {
          ByteBuffer left = ByteBuffer.wrap(bytes);
          while (left.hasRemaining()) {
            opened().write(left, at + left.position());
          }
          return at;
        });
  }

  @Override
  public CompletionStage<byte[]> read(long at, int count) {
    return inOrder(
        () -> {
          ByteBuffer bytes = ByteBuffer.allocate(count);
          while (bytes.hasRemaining()) {
            if (opened().read(bytes, at + bytes.position()) < 0) {
              throw new EOFException("the answers of a manycall have shrunk");
            }
          }
          return bytes.array();
        });
  }

  /** Deletes the file, if there is one. */
  void close() {
    inOrder(
            () -> {
              if (file != null) {
                file.close();
              }
              return Files.deleteIfExists(path);
            })
        .exceptionally(
            error -> {
              LOG.warn("{} cannot be deleted: {}", path, error.toString());
              return false;
            });
  }

  private FileChannel opened() throws IOException {
    FileChannel open = file == null ? FileChannel.open(path, OPEN) : file;
    file = open;
    return open;
  }

  private <T> CompletionStage<T> inOrder(Callable<T> work) {
    return vertx.executeBlocking(work, true).toCompletionStage();
  }
}
