package edge.starling.loadtest.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Nodes that join each other over loopback, called {@code n1}, {@code n2} and so on. For one
 * thread, but for {@link #close}.
 */
public final class NodeCluster implements AutoCloseable {
  private final Path jar;
  private final Path folder;
  private final List<String> settings;
  private final List<Integer> clusterPorts = new ArrayList<>();
  private final List<NodeProcess> nodes = new ArrayList<>();

  /**
   * @param jar starling.jar
   * @param folder for the nodes' data and logs
   * @param settings more {@code key=value} for every node
   */
  public NodeCluster(Path jar, Path folder, List<String> settings) {
    this.jar = jar;
    this.folder = folder;
    this.settings = List.copyOf(settings);
  }

  /** Starts so many more nodes at once, and waits until all are ready. */
  public List<NodeProcess> add(int count) throws IOException, InterruptedException {
    List<Integer> ports = FreePorts.take(2 * count);
    clusterPorts.addAll(ports.subList(count, 2 * count));
    List<NodeProcess> added = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      added.add(start(ports.get(i), ports.get(count + i)));
    }
    for (NodeProcess node : added) {
      node.server().awaitReady();
    }
    return added;
  }

  private synchronized NodeProcess start(int httpPort, int clusterPort) throws IOException {
    String name = "n" + (nodes.size() + 1);
    NodeProcess node =
        NodeProcess.start(jar, name, httpPort, clusterPort, clusterPorts, settings, folder);
    nodes.add(node);
    return node;
  }

  /** Ends those that still live. */
  @Override
  public synchronized void close() {
    nodes.forEach(NodeProcess::close);
  }
}
