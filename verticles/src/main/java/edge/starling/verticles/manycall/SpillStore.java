package edge.starling.verticles.manycall;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.FileSystem;
import io.vertx.core.file.OpenOptions;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that is made when it is first needed. Confined to the event loop. */
final class SpillStore implements Spill {
  private static final Logger LOG = LoggerFactory.getLogger(SpillStore.class);
  private static final OpenOptions NEW = new OpenOptions().setCreateNew(true).setPerms("rw-------");

  private final FileSystem files;
  private final String path;
  private @Nullable Future<AsyncFile> file;
  private long length;

  /**
   * @param path where there is no file
   */
  SpillStore(FileSystem files, String path) {
    this.files = files;
    this.path = path;
  }

  @Override
  public CompletionStage<Long> append(byte[] bytes) {
    long at = length;
    length += bytes.length;
    return opened()
        .compose(open -> open.write(Buffer.buffer(bytes), at))
        .map(written -> at)
        .toCompletionStage();
  }

  @Override
  public CompletionStage<byte[]> read(long at, int count) {
    return opened()
        .compose(open -> open.read(Buffer.buffer(count), 0, at, count))
        .map(Buffer::getBytes)
        .toCompletionStage();
  }

  /** Deletes the file, if there is one. */
  void close() {
    Future<AsyncFile> open = file;
    if (open != null) {
      open.compose(AsyncFile::close)
          .eventually(() -> files.delete(path))
          .onFailure(error -> LOG.warn("{} cannot be deleted: {}", path, error.toString()));
    }
  }

  private Future<AsyncFile> opened() {
    Future<AsyncFile> open = file;
    if (open == null) {
      open = files.open(path, NEW);
      file = open;
    }
    return open;
  }
}
