package edge.starling.deployments;

import edge.starling.config.ConfigLoader;
import edge.starling.deployments.client.CommandFailure;
import edge.starling.deployments.client.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Some nodes in this process, with a folder that goes when they do. Thread-safe. */
final class DemoCluster implements AutoCloseable {
  /** What {@code http.max-body} is by default; a node must be able to hold one. */
  private static final long LARGEST_BODY = 32L << 20;

  private static final Duration READY = Duration.ofSeconds(30);

  private final List<Node> nodes = new ArrayList<>();
  private final Path folder;
  private boolean closed;

  DemoCluster() throws IOException {
    folder = Files.createTempDirectory("starling-demo-");
  }

  Path folder() {
    return folder;
  }

  /**
   * Says at once which port is taken, before anything is started.
   *
   * @param port of the first node; 0 asks for any, which are free
   */
  static void checkFree(int port, int count) {
    for (int i = 0; port > 0 && i < count; i++) {
      try (ServerSocket probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port + i));
      } catch (IOException e) {
        throw new CommandFailure(
            ExitCode.FAILED,
            String.format(
                "port %d is taken; the demo needs %d to %d, or others with --port (0 for any)",
                port + i, port, port + count - 1),
            e);
      }
    }
  }

  /**
   * Starts the next of {@code count} nodes, and waits until it is ready.
   *
   * @param port 0 for any
   */
  DemoNode start(int port, int count) throws InterruptedException {
    Node node;
    synchronized (this) {
      if (closed) {
        throw new InterruptedException("the demo has ended");
      }
      node = Node.start(ConfigLoader.load(null, Map.of(), settings(port, count)));
      nodes.add(node);
    }
    if (!Patience.until(node::isReady, READY)) {
      throw new CommandFailure(
          ExitCode.FAILED, node.id().name() + " is not ready after " + READY.toSeconds() + " s");
    }
    return new DemoNode(node.id().name(), node.httpUrl());
  }

  private List<String> settings(int port, int count) {
    String name = "node-" + (nodes.size() + 1);
    long heap = Runtime.getRuntime().maxMemory();
    List<String> settings =
        new ArrayList<>(
            List.of(
                "name=" + name,
                "data=" + folder.resolve(name),
                "drain-timeout=2s",
                "http.port=" + port,
                "http.bytes-in-flight=" + Math.max(LARGEST_BODY, heap / 4 / count),
                "cluster.name=demo-" + ProcessHandle.current().pid(),
                "cluster.port=0",
                "invoker.memory-mib=" + Math.max(64, (heap >> 20) / 2 / count)));
    if (!nodes.isEmpty()) {
      settings.add("cluster.join=127.0.0.1:" + nodes.get(0).clusterPort());
    }
    return settings;
  }

  /** Ends the nodes, the last one first, and removes their files. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (int i = nodes.size() - 1; i >= 0; i--) {
      nodes.get(i).close();
    }
    try {
      Files.walkFileTree(folder, new Removal());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
