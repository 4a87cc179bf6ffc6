package edge.starling.verticles.ingress;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.FileSystem;
import io.vertx.core.file.OpenOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file of a form on its way to the disk, where only the node's user may read it. Confined to the
 * event loop of its exchange.
 */
final class ReceivedFile {
  private static final OpenOptions EXISTING = new OpenOptions().setRead(false).setCreate(false);
  private static final FileAttribute<?> ONLY_FOR_US =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

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
  ReceivedFile(Vertx vertx, String name, String fileName, String path) {
    this.files = vertx.fileSystem();
    this.name = name;
    this.fileName = fileName;
    this.path = path;
    // Vert.x looks for what does not exist in its cache of unpacked resources, which its own
    // shutdown hook has deleted while a node drains: then it could open no file.
    this.opened =
        vertx
            .executeBlocking(() -> Files.createFile(Path.of(path), ONLY_FOR_US), false)
            .compose(created -> files.open(path, EXISTING));
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
