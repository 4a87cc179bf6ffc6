package edge.starling.loadtest.faults;

import edge.starling.loadtest.faults.Trouble.Kind;
import edge.starling.loadtest.network.LinkState;
import edge.starling.loadtest.network.Network;
import edge.starling.loadtest.servers.Deployment;
import edge.starling.loadtest.servers.NodeProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The nodes and the network between them, as those see them who break and mend them. Keeps the
 * record of what was broken. What takes long goes on in the background. Thread-safe.
 */
final class Site {
  private static final Duration TO_LEAVE = Duration.ofSeconds(30);
  private static final Set<Kind> DOWN = EnumSet.of(Kind.KILLED, Kind.LEFT);

  private final Map<String, NodeProcess> nodes = new LinkedHashMap<>();
  private final Network network;
  private final Troubles troubles;
  private final Path runs;
  private final LongSupplier nanoTime;
  private final Map<String, Integer> versions = new ConcurrentHashMap<>();
  private final List<Operation> operations = new CopyOnWriteArrayList<>();
  private final List<String> broken = new CopyOnWriteArrayList<>();
  private final List<String> removed = new CopyOnWriteArrayList<>();
  private final Set<String> down = ConcurrentHashMap.newKeySet();
  private final AtomicInteger starting = new AtomicInteger();
  private final Phaser underWay = new Phaser(1);
  private final ExecutorService background =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "site");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param runs the file of the functions' lines
   */
  Site(
      List<NodeProcess> nodes,
      Network network,
      Troubles troubles,
      Path runs,
      LongSupplier nanoTime) {
    nodes.forEach(node -> this.nodes.put(node.name(), node));
    this.network = network;
    this.troubles = troubles;
    this.runs = runs;
    this.nanoTime = nanoTime;
  }

  List<String> names() {
    return List.copyOf(nodes.keySet());
  }

  List<NodeProcess> nodes() {
    return List.copyOf(nodes.values());
  }

  NodeProcess node(String name) {
    return Objects.requireNonNull(nodes.get(name), name);
  }

  void kill(String node) throws InterruptedException {
    troubles.begin(Kind.KILLED, Set.of(node));
    down.add(node);
    node(node).server().kill();
  }

  void terminate(String node) {
    troubles.begin(Kind.LEFT, Set.of(node));
    down.add(node);
    node(node).server().terminate();
  }

  /** Starts a node that was killed or told to leave again, as soon as its process has ended. */
  void restart(String node) {
    if (!down.remove(node)) {
      return;
    }
    starting.incrementAndGet();
    later(
        () -> {
          NodeProcess process = node(node);
          if (!process.server().hasEndedWithin(TO_LEAVE)) {
            broken.add(node + " did not leave within " + TO_LEAVE.toSeconds() + " s of SIGTERM");
            process.server().kill();
          }
          process.restart();
          process.server().awaitReady();
          troubles.end(DOWN, Set.of(node));
          starting.decrementAndGet();
        },
        failure -> {
          broken.add(String.valueOf(failure.getMessage()));
          starting.decrementAndGet();
        });
  }

  /** Whether a node is on its way to be ready again. */
  boolean isStarting() {
    return starting.get() > 0;
  }

  void stop(String node) throws IOException, InterruptedException {
    troubles.begin(Kind.STOPPED, Set.of(node));
    node(node).server().suspend();
  }

  void resume(String node) throws IOException, InterruptedException {
    node(node).server().resume();
    troubles.end(EnumSet.of(Kind.STOPPED), Set.of(node));
  }

  void link(String one, String other, LinkState state) throws IOException {
    troubles.end(EnumSet.of(Kind.CUT, Kind.SLOW), Set.of(one, other));
    if (!state.equals(LinkState.UP)) {
      troubles.begin(state.cut() ? Kind.CUT : Kind.SLOW, Set.of(one, other));
    }
    network.link(one, other, state);
  }

  /** Deploys a new function there, and then on the others too. */
  void provide(String function, List<String> providers) throws IOException, InterruptedException {
    node(providers.get(0)).deploy(next(function));
    for (String provider : providers.subList(1, providers.size())) {
      HttpResponse<String> answer = node(provider).provide(function);
      if (answer.statusCode() / 100 != 2) {
        throw new IOException(provider + " did not become a provider: " + answer.body());
      }
    }
  }

  void update(String function, String at) {
    operate("update", function, at, () -> node(at).update(function, next(function)));
  }

  void deploy(String function, String at) {
    operate("deploy", function, at, () -> node(at).update(function, next(function)));
  }

  void remove(String function, String at) {
    operate(
        "remove",
        function,
        at,
        () -> {
          HttpResponse<String> answer = node(at).remove(function);
          if (answer.statusCode() == 204) {
            removed.add(function);
          }
          return answer;
        });
  }

  /** The functions whose removal was confirmed. */
  List<String> removed() {
    return List.copyOf(removed);
  }

  private Deployment next(String function) {
    return Witness.version(function, versions.merge(function, 1, Integer::sum), runs);
  }

  /** Waits until what was begun in the background is over. */
  void awaitQuiet(Duration patience) throws IOException, InterruptedException {
    int phase = underWay.arrive();
    try {
      int unused =
          underWay.awaitAdvanceInterruptibly(phase, patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("nodes or operators are still busy after " + patience, e);
    }
  }

  /** What the operators did, and what became of it. */
  List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** What went wrong with the nodes themselves. */
  List<String> broken() {
    return List.copyOf(broken);
  }

  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  private interface Request {
    HttpResponse<String> send() throws IOException, InterruptedException;
  }

  /** An operator may well meet a node that is down. */
  private void operate(String what, String function, String at, Request request) {
    long from = nanoTime.getAsLong();
    later(
        () -> {
          HttpResponse<String> answer = request.send();
          String told = answer.statusCode() / 100 == 2 ? "" : " " + answer.body();
          done(new Operation(what, function, at, from, answer.statusCode() + told));
        },
        unanswered -> done(new Operation(what, function, at, from, "no answer")));
  }

  private void done(Operation operation) {
    operations.add(operation);
  }

  private void later(Task task, Consumer<IOException> onFailure) {
    underWay.register();
    background.execute(
        () -> {
          try {
            task.run();
          } catch (IOException e) {
            onFailure.accept(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            underWay.arriveAndDeregister();
          }
        });
  }
}
