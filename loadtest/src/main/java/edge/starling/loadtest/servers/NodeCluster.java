package edge.starling.loadtest.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Nodes that join each other over loopback, called {@code n1}, {@code n2} and so on. For one
 * thread, but for {@link #close}.
 */
public final class NodeCluster implements AutoCloseable {
  private final Path jar;
  private final Path folder;
  private final List<String> settings;
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
    List<Integer> clusterPorts = ports.subList(count, 2 * count);
    List<Integer> join =
        Stream.concat(clusterPorts.stream(), live().map(NodeProcess::clusterPort)).toList();
    List<NodeProcess> added = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      added.add(start(ports.get(i), clusterPorts.get(i), join));
    }
    for (NodeProcess node : added) {
      node.server().awaitReady();
    }
    return added;
  }

  /** All nodes that were started, the ended ones too. */
  public synchronized List<ServerProcess> servers() {
    return nodes.stream().map(NodeProcess::server).toList();
  }

  private synchronized Stream<NodeProcess> live() {
    return List.copyOf(nodes).stream().filter(node -> node.server().isAlive());
  }

  private synchronized NodeProcess start(int httpPort, int clusterPort, List<Integer> join)
      throws IOException {
    String name = "n" + (nodes.size() + 1);
    NodeProcess node = NodeProcess.start(jar, name, httpPort, clusterPort, join, settings, folder);
    nodes.add(node);
    return node;
  }

  /** Ends those that still live. */
  @Override
  public synchronized void close() {
    nodes.forEach(NodeProcess::close);
  }
}
