package edge.starling.deployments;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import edge.starling.deployments.client.ExitCode;
import edge.starling.deployments.client.Streams;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code starling demo}: a cluster to try out, which shows first that it works. */
@Command(
    name = "demo",
    description = {
      "Run a small cluster to try out, with functions.",
      "It proves first that it works, stays up until Ctrl-C, and leaves nothing behind."
    },
    footer = {"", "Example: starling demo --port 9000"})
final class DemoCommand implements Callable<Integer> {
  private static final int MOST_NODES = 16;
  private static final Duration TOUR = Duration.ofSeconds(75);
  private static final Duration FOREVER = Duration.ofDays(36_500);

  private final Streams streams;
  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Of the first node, the others follow (${DEFAULT-VALUE}); 0 for any free ones.")
  private int port;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many nodes (${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--exit",
      description = "End after the proof, with 0 only if all answers were right.")
  private boolean exit;

  DemoCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    DemoCluster.checkFree(port, count);
    quiet();
    try (DemoCluster cluster = new DemoCluster()) {
      Thread cleaner = new Thread(cluster::close, "demo-end");
      Runtime.getRuntime().addShutdownHook(cleaner);
      return run(cluster);
    }
  }

  private void check() {
    if (count < 1 || count > MOST_NODES) {
      throw new ParameterException(spec.commandLine(), "--nodes is from 1 to " + MOST_NODES);
    }
    if (port < 0 || port + count - 1 > 65_535) {
      throw new ParameterException(spec.commandLine(), "--port is from 0 to " + (65_536 - count));
    }
  }

  private Integer run(DemoCluster cluster) throws IOException, InterruptedException {
    PrintStream out = streams.out();
    long begin = System.nanoTime();
    out.println("Starling demo: " + count + " node" + (count == 1 ? "" : "s") + " in this process");
    List<DemoNode> nodes = start(cluster);
    Steps steps = new Steps(out, TOUR);
    boolean python = hasPython();
    new Tour(nodes, new Samples(cluster.folder().resolve("samples")), steps).run(python);
    new DemoSummary(nodes).print(out, python);
    out.printf(
        "%n%d of %d steps gave the right answer, in %.1f s%n",
        steps.done() - steps.wrong(), steps.done(), (System.nanoTime() - begin) / 1e9);
    if (!exit) {
      out.println("Ctrl-C ends it.");
      Patience.until(() -> false, FOREVER);
    }
    return steps.wrong() == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<DemoNode> start(DemoCluster cluster) throws InterruptedException {
    List<DemoNode> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      DemoNode node = cluster.start(port == 0 ? 0 : port + i, count);
      streams.out().println("  ✓ " + node.name() + " is ready: " + node.url());
      nodes.add(node);
    }
    return nodes;
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      Process python = new ProcessBuilder("python3", "-c", "").start();
      if (python.waitFor(10, TimeUnit.SECONDS)) {
        return python.exitValue() == 0;
      }
      python.destroyForcibly();
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  /** The steps are what is to be read; of the nodes only what goes wrong. */
  private static void quiet() {
    quiet("edge.starling", Level.WARN);
    // warns of each node that leaves, and here all of them do
    quiet("com.hazelcast", Level.ERROR);
  }

  private static void quiet(String name, Level level) {
    if (LoggerFactory.getLogger(name) instanceof Logger logger) {
      logger.setLevel(level);
    }
  }
}
