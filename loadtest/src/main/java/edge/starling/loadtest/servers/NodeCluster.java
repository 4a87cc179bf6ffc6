package edge.starling.loadtest.servers;

import edge.starling.loadtest.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that join each other over loopback, called {@code n1}, {@code n2} and so on. For one
 * thread, but for {@link #close} and {@link #processes}.
 */
public final class NodeCluster implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1:";

  private final Path jar;
  private final Path folder;
  private final List<String> flags;
  private final List<String> settings;
  private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
  private final Map<NodeProcess, Integer> reachedAt = new HashMap<>();
  private @Nullable Network network;

  /**
   * @param jar starling.jar
   * @param folder for the nodes' data and logs
   * @param flags of every node's JVM
   * @param settings more {@code key=value} for every node
   */
  public NodeCluster(Path jar, Path folder, List<String> flags, List<String> settings) {
    this.jar = jar;
    this.folder = folder;
    this.flags = List.copyOf(flags);
    this.settings = List.copyOf(settings);
  }

  /** Nodes that are added from now on reach each other through a network that can be cut. */
  public Network connect(long seed) throws IOException {
    Network between = Network.open(seed, this::processes);
    network = between;
    return between;
  }

  /** Starts so many more nodes at once, and waits until all are ready. */
  public List<NodeProcess> add(int count) throws IOException, InterruptedException {
    return add(Collections.nCopies(count, List.of()));
  }

  /**
   * Starts more nodes at once, and waits until all are ready.
   *
   * @param own for each of them its own {@code key=value}, over those of all
   */
  public List<NodeProcess> add(List<List<String>> own) throws IOException, InterruptedException {
    int count = own.size();
    List<Integer> ports = FreePorts.take(count * Ports.EACH);
    List<Ports> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      places.add(Ports.of(ports.subList(i * Ports.EACH, (i + 1) * Ports.EACH), network != null));
    }
    String join =
        Stream.concat(places.stream().map(Ports::cluster), live().map(reachedAt::get))
            .map(port -> LOOPBACK + port)
            .collect(Collectors.joining(","));
    List<NodeProcess> added = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      added.add(start(places.get(i), join, own.get(i)));
    }
    for (NodeProcess node : added) {
      node.server().awaitReady();
    }
    return added;
  }

  /** All nodes that were started, the ended ones too. */
  public List<ServerProcess> servers() {
    return nodes.stream().map(NodeProcess::server).toList();
  }

  /** The nodes' names by the process ids of those that live. */
  public Map<Long, String> processes() {
    return servers().stream()
        .filter(ServerProcess::isAlive)
        .collect(Collectors.toMap(ServerProcess::pid, ServerProcess::name));
  }

  private Stream<NodeProcess> live() {
    return nodes.stream().filter(node -> node.server().isAlive());
  }

  private synchronized NodeProcess start(Ports ports, String join, List<String> own)
      throws IOException {
    String name = "n" + (nodes.size() + 1);
    if (network != null) {
      network.proxy(name, ports.cluster, ports.ownCluster);
      network.proxy(name, ports.bus, ports.ownBus);
    }
    List<String> command = new ArrayList<>(List.of("-jar", jar.toString(), "node"));
    command.addAll(List.of("--name", name));
    command.addAll(List.of("--http-port", String.valueOf(ports.http)));
    command.addAll(List.of("--cluster-port", String.valueOf(ports.ownCluster)));
    command.addAll(List.of("--join", join));
    command.addAll(List.of("--data", folder.resolve(name).toString()));
    Stream.of(ports.settings(), settings, own)
        .flatMap(List::stream)
        .forEach(setting -> command.addAll(List.of("--set", setting)));
    NodeProcess node = NodeProcess.start(name, ports.http, flags, command, folder);
    nodes.add(node);
    reachedAt.put(node, ports.cluster);
    return node;
  }

  /** Ends those that still live, all at once. */
  @Override
  public synchronized void close() {
    nodes.forEach(NodeProcess::abandon);
    nodes.forEach(NodeProcess::close);
    if (network != null) {
      try {
        network.close();
      } catch (IOException e) {
        System.err.println("cannot close the network: " + e);
      }
    }
  }

  /**
   * Where a node listens and where the others reach it: the same unless there is a network between
   * them.
   */
  private record Ports(int http, int cluster, int ownCluster, int bus, int ownBus) {
    static final int EACH = 5;

    static Ports of(List<Integer> free, boolean proxied) {
      int cluster = free.get(1);
      int bus = free.get(2);
      return new Ports(
          free.get(0), cluster, proxied ? free.get(3) : cluster, bus, proxied ? free.get(4) : bus);
    }

    List<String> settings() {
      return cluster == ownCluster
          ? List.of()
          : List.of(
              "cluster.bus-port=" + ownBus,
              "cluster.public-address=" + LOOPBACK + cluster,
              "cluster.bus-public-address=" + LOOPBACK + bus);
    }
  }
}
