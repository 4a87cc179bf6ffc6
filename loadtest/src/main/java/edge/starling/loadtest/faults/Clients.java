package edge.starling.loadtest.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Clients that call all the time, each one call after the other: some always ask the same node,
 * some ask the nodes in turn. What they ask is made from the seed.
 */
final class Clients {
  private static final int BIG_BODY = 256 * 1024;
  private static final int SMALL_BODY = 400;
  private static final double THINK_MILLIS = 60;
  private static final long AFTER_NO_CONNECTION_MILLIS = 500;

  private final Site site;
  private final CallerClient caller;
  private final History history;
  private final List<String> functions;
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);

  Clients(Site site, CallerClient caller, History history, List<String> functions) {
    this.site = site;
    this.caller = caller;
    this.history = history;
    this.functions = functions;
  }

  /**
   * Begins two clients for each node, and as many that go round.
   *
   * @param prefix of their names
   */
  void start(String prefix, long seed) {
    List<String> names = site.names();
    for (int i = 0; i < names.size(); i++) {
      for (int k = 1; k <= 2; k++) {
        String number = (i + 1) + "-" + k;
        begin(prefix + "at-" + number, List.of(names.get(i)), seed + 10L * i + k);
        begin(prefix + "round-" + number, names, seed + 1_000 + 10L * i + k);
      }
    }
  }

  private void begin(String name, List<String> nodes, long seed) {
    Thread thread = new Thread(() -> callOnAndOn(name, nodes, new Random(seed)), name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void callOnAndOn(String client, List<String> nodes, Random chance) {
    try {
      for (int i = 0; over.getCount() > 0; i++) {
        CallPlan plan = plan(client, nodes.get(i % nodes.size()), i, chance);
        CallRecord call = make(plan);
        history.add(call);
        double think = -Math.log(1 - chance.nextDouble()) * THINK_MILLIS;
        boolean absent = call.ending().kind() == CallEnding.Kind.NOT_CONNECTED;
        long wait = (long) think + (absent ? AFTER_NO_CONNECTION_MILLIS : 0);
        if (over.await(wait, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private CallRecord make(CallPlan plan) throws InterruptedException {
    try {
      return caller
          .call(plan, site.node(plan.node()).function(plan.function()))
          .toCompletionStage()
          .toCompletableFuture()
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call cannot be made", e.getCause());
    }
  }

  private CallPlan plan(String client, String node, int number, Random chance) {
    boolean get = chance.nextInt(10) < 3;
    boolean big = !get && chance.nextInt(30) == 0;
    int kind = chance.nextInt(20);
    int work = kind == 0 ? 1_500 : kind < 4 ? 100 + chance.nextInt(400) : 0;
    return new CallPlan(
        client + "-" + number,
        client,
        node,
        functions.get(chance.nextInt(functions.size())),
        get ? "GET" : "POST",
        !get && chance.nextInt(3) == 0,
        get ? 0 : big ? BIG_BODY : chance.nextInt(SMALL_BODY),
        work);
  }

  /** Ends the clients; each has the answer to its last call, or has given it up. */
  void end() throws InterruptedException {
    over.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
