package edge.starling.deployments;

import edge.starling.codecs.messages.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who a node is: the name and the incarnation in its data folder, which it holds locked while it
 * lives. Other files in the folder are left alone.
 */
final class Identity implements AutoCloseable {
  private static final String FILE = "node.properties";
  private static final String LOCK = "node.lock";

  private final FileChannel lockFile;
  private final NodeId node;

  private Identity(FileChannel lockFile, NodeId node) {
    this.lockFile = lockFile;
    this.node = node;
  }

  /**
   * Locks the folder and begins the next incarnation.
   *
   * @param name the wanted name; empty for the one in the folder, or a made-up one
   * @throws StartFailure where the folder is in use, belongs to another node, or cannot be written
   */
  static Identity take(Path data, String name) {
    FileChannel lockFile = null;
    try {
      Files.createDirectories(data, onlyForUs(data, "rwx------"));
      lockFile =
          FileChannel.open(
              data.resolve(LOCK),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              onlyForUs(data, "rw-------"));
      lock(lockFile, data);
      return new Identity(lockFile, nextLife(data, name));
    } catch (IOException e) {
      close(lockFile);
      throw new StartFailure("the data folder " + data + " cannot be used: " + e, e);
    } catch (RuntimeException e) {
      close(lockFile);
      throw e;
    }
  }

  NodeId node() {
    return node;
  }

  @Override
  public void close() {
    close(lockFile);
  }

  private static void lock(FileChannel file, Path data) throws IOException {
    FileLock lock;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new StartFailure("the data folder " + data + " is in use by another node");
    }
  }

  private static NodeId nextLife(Path data, String wanted) throws IOException {
    Path file = data.resolve(FILE);
    NodeId before = Files.exists(file) ? read(file) : null;
    if (before != null && !wanted.isEmpty() && !wanted.equals(before.name())) {
      throw new StartFailure(
          "the data folder "
              + data
              + " belongs to the node "
              + before.name()
              + ", not to "
              + wanted
              + ": give each node a folder of its own (--data)");
    }
    NodeId node =
        before == null
            ? first(wanted.isEmpty() ? "node-" + shortRandom() : wanted)
            : new NodeId(before.name(), before.incarnation() + 1);
    write(data, node);
    return node;
  }

  private static NodeId first(String name) {
    try {
      return new NodeId(name, 1);
    } catch (IllegalArgumentException e) {
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Who the node was before. What is there and cannot be read is never replaced: peers may still
   * know the name and what it provides.
   */
  private static NodeId read(Path file) throws IOException {
    Properties stored = new Properties();
    try (var in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      stored.load(in);
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw new StartFailure(damaged(file, "is no text of the form KEY=VALUE"), e);
    }
    long incarnation = incarnation(file, property(stored, file, "incarnation"));
    String name = property(stored, file, "name");
    try {
      return new NodeId(name, incarnation);
    } catch (IllegalArgumentException e) {
      throw new StartFailure(damaged(file, "has name=" + name + ": " + e.getMessage()), e);
    }
  }

  private static String property(Properties stored, Path file, String key) {
    String value = stored.getProperty(key);
    if (value == null) {
      throw new StartFailure(damaged(file, "has no line \"" + key + "=…\""));
    }
    return value;
  }

  private static long incarnation(Path file, String text) {
    // One more has to fit, so the highest number is none.
    if (text.matches("0*[1-9]\\d{0,18}")) {
      BigInteger number = new BigInteger(text);
      if (number.compareTo(BigInteger.valueOf(Long.MAX_VALUE)) < 0) {
        return number.longValueExact();
      }
    }
    throw new StartFailure(
        damaged(
            file,
            "has incarnation="
                + text
                + ": allowed is a whole number from 1 to "
                + (Long.MAX_VALUE - 1)));
  }

  private static String damaged(Path file, String how) {
    return "the node's identity cannot be read: "
        + file
        + " "
        + how
        + "; restore the file, or start with another data folder (--data)";
  }

  private static void write(Path data, NodeId node) throws IOException {
    Path fresh = data.resolve(FILE + ".new");
    String text = "name=" + node.name() + "\nincarnation=" + node.incarnation() + "\n";
    try (FileChannel file =
        FileChannel.open(
            fresh,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING),
            onlyForUs(data, "rw-------"))) {
      file.write(StandardCharsets.UTF_8.encode(text));
      file.force(true);
    }
    Files.move(
        fresh,
        data.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** For what is created; nothing on a file system that knows no users. */
  private static FileAttribute<?>[] onlyForUs(Path data, String permissions) {
    return data.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static String shortRandom() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  private static void close(@Nullable FileChannel file) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
