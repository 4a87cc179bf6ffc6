package edge.starling.loadtest.lab;

import edge.starling.loadtest.driver.LoadDriver;
import edge.starling.loadtest.servers.BareServer;
import edge.starling.loadtest.servers.HaProxy;
import edge.starling.loadtest.servers.NodeCluster;
import edge.starling.loadtest.servers.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment works with: servers to start, a driver to load them, and a place to show how
 * far it is. All that it started ends with it, at the latest when this process ends. For one
 * thread, but for {@link #close}.
 */
public final class Lab implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final boolean quick;
  private final Path starlingJar;
  private final String mainClass;
  private @Nullable Path folder;
  private boolean kept;
  private int clusters;

  /** The JVM of every measured server, so that none has an advantage. */
  private List<String> flags = List.of("-Xmx256m");

  private final Progress progress = Progress.onConsole();
  private final LoadDriver driver;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final List<Supplier<List<ServerProcess>>> started = new ArrayList<>();

  /**
   * @param quick whether to take a short time rather than to be exact
   * @param starlingJar the nodes; need not exist unless one is started
   * @param mainClass of this jar, for the reference servers
   */
  public Lab(boolean quick, Path starlingJar, String mainClass) {
    this.quick = quick;
    this.starlingJar = starlingJar;
    this.mainClass = mainClass;
    // Half of the processors: the other half is the measured server's.
    this.driver =
        new LoadDriver(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), PATIENCE);
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "lab-end"));
  }

  public boolean isQuick() {
    return quick;
  }

  public Progress progress() {
    return progress;
  }

  public LoadDriver driver() {
    return driver;
  }

  /** The processor time that this process has used so far. */
  public Duration driverCpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Where the servers' data and logs are; made when it is first asked for. */
  public synchronized Path folder() throws IOException {
    Path made = folder == null ? Files.createTempDirectory("starling-loadtest-") : folder;
    folder = made;
    return made;
  }

  /** The nodes of another cluster have the same names, and must not find its functions. */
  private Path clusterFolder() throws IOException {
    return Files.createDirectory(folder().resolve("cluster-" + ++clusters));
  }

  /** Gives every server that is started from now on a heap of this size. */
  public void useHeap(int mebibytes) {
    flags = List.of("-Xmx" + mebibytes + "m");
  }

  /**
   * A cluster without nodes yet.
   *
   * @param settings {@code key=value} for all of its nodes
   */
  public NodeCluster cluster(List<String> settings) throws IOException {
    if (!Files.isRegularFile(starlingJar)) {
      throw new IOException(
          starlingJar
              + " is not there: build it with `mvn -DskipTests package`, and run this from the"
              + " repository's root");
    }
    NodeCluster cluster = ending(new NodeCluster(starlingJar, clusterFolder(), flags, settings));
    started.add(cluster::servers);
    return cluster;
  }

  /**
   * Starts a bare reference server.
   *
   * @param upstream where a proxy sends its requests; null for others
   */
  public ServerProcess bareServer(BareServer.Kind kind, @Nullable ServerProcess upstream)
      throws IOException, InterruptedException {
    ServerProcess bare = ending(BareServer.start(mainClass, folder(), kind, upstream, flags));
    started.add(() -> List.of(bare));
    return bare;
  }

  /**
   * Starts HAProxy in front of a server.
   *
   * @throws IOException also if it is not installed
   */
  public ServerProcess haProxy(HaProxy.Form form, ServerProcess upstream)
      throws IOException, InterruptedException {
    ServerProcess proxy = ending(HaProxy.start(form, upstream, folder()));
    started.add(() -> List.of(proxy));
    return proxy;
  }

  /** What the servers said last that have ended without being told to. */
  public List<String> lastWordsOfTheDead() throws IOException {
    List<String> words = new ArrayList<>();
    for (var group : started) {
      for (ServerProcess server : group.get()) {
        server.lastWordsIfDead().ifPresent(words::add);
      }
    }
    return words;
  }

  /** Keeps the servers' data and logs after the run, whether it fails or not. */
  public synchronized void keepFolder() {
    kept = true;
  }

  /** Remembers what is to be closed when the lab ends; the last first. */
  public synchronized <T extends AutoCloseable> T ending(T started) {
    open.push(started);
    return started;
  }

  /** Does nothing for so long. */
  public void idle(Duration duration) throws InterruptedException {
    long until = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /**
   * Ends everything.
   *
   * @return the folder, if it is to be kept and there is one; otherwise it is deleted
   */
  public synchronized Optional<Path> end(boolean keepFolder) {
    close();
    if (folder != null && !keepFolder && !kept) {
      delete(folder);
      folder = null;
    }
    return Optional.ofNullable(folder);
  }

  @Override
  public synchronized void close() {
    progress.close();
    driver.close();
    while (!open.isEmpty()) {
      end(open.pop());
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.err.println("cannot delete " + folder + ": " + e);
    }
  }

  private static void end(AutoCloseable started) {
    try {
      started.close();
    } catch (Exception e) {
      System.err.println("cannot end " + started + ": " + e);
    }
  }
}
