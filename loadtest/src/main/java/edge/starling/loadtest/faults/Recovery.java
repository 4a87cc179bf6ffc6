package edge.starling.loadtest.faults;

import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.network.LinkState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/**
 * Measures how soon things are well again: one fault at a time, with calls of a function that only
 * the second and the third node have, asked of the first one. In seconds; not a number if it did
 * not get well.
 */
final class Recovery {
  /** Of the second node and the third. */
  static final String FAR = "far";

  /** Of the second node alone. */
  static final String SECOND = "second";

  /** Of the first node alone. */
  static final String FIRST = "first";

  private static final Duration SETTLED = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration TO_ANSWER = Duration.ofSeconds(15);

  /** A call that takes longer has waited for something. */
  private static final long WAITED_MILLIS = 300;

  private final Lab lab;
  private final Site site;
  private final CallerClient caller;
  private final History history;
  private int round;

  Recovery(Lab lab, Site site, CallerClient caller, History history) {
    this.lab = lab;
    this.site = site;
    this.caller = caller;
    this.history = history;
  }

  /** From SIGKILL of a provider to the last answer that came late, or not as it should, for it. */
  double afterKill() throws IOException, InterruptedException {
    SteadyCalls calls = calls("kill", "GET");
    lab.idle(SETTLED);
    long at = System.nanoTime();
    site.kill("n2");
    lab.idle(SETTLED.multipliedBy(3));
    List<CallRecord> ended = calls.end(TO_ANSWER);
    site.restart("n2");
    site.awaitQuiet(LONGEST);
    return last(ended, at, call -> !call.isServed() || call.millis() > WAITED_MILLIS, true);
  }

  /** How long after SIGSTOP of a provider calls were still sent to it. */
  double untilNotChosen() throws IOException, InterruptedException {
    SteadyCalls calls = calls("stop", "POST");
    lab.idle(SETTLED);
    long at = System.nanoTime();
    site.stop("n2");
    lab.idle(SETTLED.multipliedBy(4));
    List<CallRecord> ended = calls.end(TO_ANSWER);
    return last(ended, at, call -> !call.isServed() || call.millis() > 1_000, false);
  }

  /** From SIGCONT until the node serves the others' calls, and they its. */
  double afterContinue() throws IOException, InterruptedException {
    long at = System.nanoTime();
    site.resume("n2");
    return seconds(serves("n2", FIRST) && serves("n1", SECOND), at);
  }

  /**
   * Two clusters that have never met, from when they can until each serves the functions of the
   * other.
   */
  double afterMeeting() throws IOException, InterruptedException {
    String lone = "lone-" + ++round;
    List<String> others = site.names().stream().filter(node -> !node.equals("n3")).toList();
    site.kill("n3");
    for (String other : others) {
      site.link("n3", other, LinkState.CUT);
    }
    site.restart("n3");
    site.awaitQuiet(LONGEST.multipliedBy(2));
    site.provide(lone, List.of("n3"));
    long at = System.nanoTime();
    for (String other : others) {
      site.link("n3", other, LinkState.UP);
    }
    return seconds(serves("n1", lone) && serves("n3", SECOND), at);
  }

  private SteadyCalls calls(String name, String method) {
    SteadyCalls calls = new SteadyCalls(site, caller, history);
    calls.begin(name + "-" + ++round, "n1", FAR, method);
    return calls;
  }

  private boolean serves(String node, String function) throws InterruptedException {
    String client = "await-" + function + "-" + node + "-" + ++round;
    int[] number = {0};
    return Poll.until(() -> answers(client + "-" + ++number[0], node, function), LONGEST);
  }

  /** A call that nobody counts: it asks whether things are well yet. */
  private boolean answers(String id, String node, String function) throws InterruptedException {
    CallPlan plan = new CallPlan(id, "await", node, function, "GET", false, 0, 0);
    try {
      return caller
          .call(plan, site.node(node).function(function))
          .toCompletionStage()
          .toCompletableFuture()
          .get()
          .isServed();
    } catch (ExecutionException e) {
      return false;
    }
  }

  private static double last(
      List<CallRecord> calls, long at, Predicate<CallRecord> which, boolean byEnd) {
    long last =
        calls.stream()
            .filter(which)
            .mapToLong(call -> byEnd ? call.endedAt() : call.sentAt())
            .filter(time -> time - at > 0)
            .max()
            .orElse(at);
    return calls.isEmpty() ? Double.NaN : (last - at) / 1e9;
  }

  private static double seconds(boolean well, long since) {
    return well ? (System.nanoTime() - since) / 1e9 : Double.NaN;
  }
}
