package edge.starling.deployments;

import edge.starling.codecs.messages.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
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
      Files.createDirectories(data);
      lockFile =
          FileChannel.open(data.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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
    Properties stored = read(data.resolve(FILE));
    String known = stored.getProperty("name", "");
    if (!wanted.isEmpty() && !known.isEmpty() && !wanted.equals(known)) {
      throw new StartFailure(
          "the data folder "
              + data
              + " belongs to the node "
              + known
              + ", not to "
              + wanted
              + ": give each node a folder of its own (--data)");
    }
    String name = !known.isEmpty() ? known : !wanted.isEmpty() ? wanted : "node-" + shortRandom();
    NodeId node = identify(name, incarnation(stored, data) + 1);
    write(data, node);
    return node;
  }

  private static NodeId identify(String name, long incarnation) {
    try {
      return new NodeId(name, incarnation);
    } catch (IllegalArgumentException e) {
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private static long incarnation(Properties stored, Path data) {
    try {
      return Long.parseLong(stored.getProperty("incarnation", "0"));
    } catch (NumberFormatException e) {
      throw new StartFailure(data.resolve(FILE) + " is damaged: incarnation is not a number", e);
    }
  }

  private static Properties read(Path file) throws IOException {
    Properties stored = new Properties();
    if (Files.exists(file)) {
      try (var in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        stored.load(in);
      } catch (IllegalArgumentException e) {
        throw new IOException(file + " is damaged", e);
      }
    }
    return stored;
  }

  private static void write(Path data, NodeId node) throws IOException {
    Path fresh = data.resolve(FILE + ".new");
    String text = "name=" + node.name() + "\nincarnation=" + node.incarnation() + "\n";
    try (FileChannel file =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      file.write(StandardCharsets.UTF_8.encode(text));
      file.force(true);
    }
    Files.move(
        fresh,
        data.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
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
