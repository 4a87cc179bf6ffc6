package edge.starling.verticles.deployment;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Single steps on files. Every method blocks. */
final class Disk {
  private static final int CHUNK = 64 * 1024;

  private Disk() {}

  /** Makes a folder that only this user may look into, where the disk knows users. */
  static Path privateFolder(Path folder) throws IOException {
    Files.createDirectories(folder);
    permit(folder, "rwx------");
    return folder;
  }

  /** Lets only this user read a file, where the disk knows users. */
  static Path privateFile(Path file) throws IOException {
    permit(file, "rw-------");
    return file;
  }

  private static void permit(Path path, String permissions) throws IOException {
    if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
  }

  /** Moves a file, from another disk as well. */
  static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException otherDisk) {
      Files.copy(from, to);
      Files.delete(from);
    }
  }

  /** A second name for the file's content, or a copy where the disk has no such thing. */
  static void link(Path existing, Path to) throws IOException {
    try {
      Files.createLink(to, existing);
    } catch (UnsupportedOperationException | IOException noLinks) {
      Files.copy(existing, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Lower-case hex. */
  static String sha256(Path file) throws IOException {
    MessageDigest digest = ContentHash.sha256();
    try (var in = Files.newInputStream(file)) {
      byte[] chunk = new byte[CHUNK];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        digest.update(chunk, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Makes a file's content, or a folder's names, outlast a loss of power. */
  static void force(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes a folder and all in it; follows no links. Harmless where there is none. */
  static void deleteAll(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path done, @Nullable IOException error)
              throws IOException {
            if (error != null) {
              throw error;
            }
            Files.delete(done);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
