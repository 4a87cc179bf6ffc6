package edge.starling.loadtest.faults;

import edge.starling.loadtest.lab.Lab;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The long part: clients call while the schedule breaks and mends, then all has to be well again.
 */
final class Soak {
  private static final Duration TO_FINISH = Duration.ofSeconds(90);

  private final Lab lab;
  private final FaultsPlan plan;
  private final long seed;
  private final Site site;
  private final List<String> functions;
  private final CallerClient caller;
  private final History history;

  Soak(
      Lab lab,
      FaultsPlan plan,
      long seed,
      Site site,
      List<String> functions,
      CallerClient caller,
      History history) {
    this.lab = lab;
    this.plan = plan;
    this.seed = seed;
    this.site = site;
    this.functions = functions;
    this.caller = caller;
    this.history = history;
  }

  /**
   * Lets the clients call for a while with nothing broken.
   *
   * @param prefix of the clients' names, not used before
   */
  void warmUp(String prefix) throws InterruptedException {
    lab.progress().phase("warming up", plan.warmUp());
    var clients = clients();
    clients.start(prefix, seed);
    lab.idle(plan.warmUp());
    clients.end();
  }

  void run(FaultsFindings findings) throws IOException, InterruptedException {
    var aftermath = new Aftermath(site, caller);
    warmUp("warm-");
    Map<String, Double> before = aftermath.heaps();
    var clients = clients();
    clients.start("", seed);
    carryOut(Schedule.of(seed, site.names(), functions, plan.soak()));
    clients.end();
    lab.progress().phase("all is mended, the nodes settle", FaultsPlan.TO_SETTLE);
    site.awaitQuiet(TO_FINISH);
    findings.addOperations(site.operations());
    findings.addUnsettled(aftermath.unsettled(functions));
    findings.addLeftOvers(aftermath.leftOvers());
    findings.addHeaps(before, aftermath.heaps());
  }

  private Clients clients() {
    return new Clients(site, caller, history, functions);
  }

  /**
   * No blow falls while a node is still starting; those for which there is no time left fall never.
   */
  private void carryOut(List<Schedule.Step> steps) throws IOException, InterruptedException {
    long start = System.nanoTime();
    long end = start + plan.soak().toNanos();
    long late = 0;
    for (int i = 0; i < steps.size(); i++) {
      Schedule.Step step = steps.get(i);
      Duration next = i + 1 < steps.size() ? steps.get(i + 1).at() : plan.soak();
      lab.idle(step.at().plusNanos(late).minusNanos(System.nanoTime() - start));
      if (step.action().isBlow()) {
        long asked = System.nanoTime();
        Poll.until(() -> !site.isStarting(), TO_FINISH);
        late += System.nanoTime() - asked;
      }
      if (!step.action().isBlow() || System.nanoTime() - end < 0) {
        String at = String.format("%.1f s: ", (System.nanoTime() - start) / 1e9);
        lab.progress().phase(at + step.action(), next.minus(step.at()));
        step.action().carryOut(site);
      }
    }
    lab.idle(Duration.ofNanos(end - System.nanoTime()));
  }
}
