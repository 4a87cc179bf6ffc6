package edge.starling.loadtest.faults;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The same call at a steady rate, whether answers come or not, to see what a fault does to it. */
final class SteadyCalls {
  private static final Duration EVERY = Duration.ofMillis(80);

  private final Site site;
  private final CallerClient caller;
  private final History history;
  private final Queue<CallRecord> ended = new ConcurrentLinkedQueue<>();
  private final AtomicInteger number = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "steady-calls");
            thread.setDaemon(true);
            return thread;
          });

  SteadyCalls(Site site, CallerClient caller, History history) {
    this.site = site;
    this.caller = caller;
    this.history = history;
  }

  /**
   * Begins to call, until {@link #end}.
   *
   * @param client names the calls; another one each time
   */
  void begin(String client, String node, String function, String method) {
    var unused =
        clock.scheduleAtFixedRate(
            () -> send(client, node, function, method), 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void send(String client, String node, String function, String method) {
    String id = client + "-" + number.incrementAndGet();
    CallPlan plan = new CallPlan(id, client, node, function, method, false, 0, 0);
    open.incrementAndGet();
    caller
        .call(plan, site.node(node).function(function))
        .onSuccess(
            call -> {
              history.add(call);
              ended.add(call);
              open.decrementAndGet();
            });
  }

  /** Sends no more, waits for the answers that are missing, and tells all calls. */
  List<CallRecord> end(Duration patience) throws InterruptedException {
    clock.shutdown();
    Poll.until(() -> clock.isTerminated() && open.get() == 0, patience);
    return List.copyOf(ended);
  }
}
