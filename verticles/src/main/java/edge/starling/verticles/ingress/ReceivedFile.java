package edge.starling.verticles.ingress;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.FileSystem;
import io.vertx.core.file.OpenOptions;

/**
 * A file of a form on its way to the disk, where only the node's user may read it. Confined to the
 * event loop of its exchange.
 */
final class ReceivedFile {
  private static final OpenOptions OPENED =
      new OpenOptions().setRead(false).setCreateNew(true).setPerms("rw-------");

  private final FileSystem files;
  private final String name;
  private final String fileName;
  private final String path;
  private final Future<AsyncFile> opened;
  private Future<AsyncFile> written;
  private long length;

  /**
   * @param name of the part
   * @param fileName as the client calls it
   * @param path where there is no file yet
   */
  ReceivedFile(FileSystem files, String name, String fileName, String path) {
    this.files = files;
    this.name = name;
    this.fileName = fileName;
    this.path = path;
    this.opened = files.open(path, OPENED);
    this.written = opened;
  }

  String name() {
    return name;
  }

  String fileName() {
    return fileName;
  }

  String path() {
    return path;
  }

  /** In bytes, of what has come so far. */
  long length() {
    return length;
  }

  /**
   * Appends.
   *
   * @return completes once this is on disk
   */
  Future<?> write(Buffer piece) {
    length += piece.length();
    written = written.compose(file -> file.write(piece).map(file));
    return written;
  }

  /** Completes when the whole file is on disk, or fails as writing did. */
  Future<?> close() {
    return written.compose(AsyncFile::close);
  }

  /** Deletes it. Harmless where it is not there any more. */
  void discard() {
    opened.compose(AsyncFile::close).eventually(() -> files.delete(path));
  }
}
