package edge.starling.loadtest.faults;

import edge.starling.loadtest.lab.Experiment;
import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.network.Network;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Row;
import edge.starling.loadtest.servers.NodeCluster;
import edge.starling.loadtest.servers.NodeProcess;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Breaks nodes and the network between them while clients call, deploy, update and remove, and then
 * checks every call: whether it was answered, and how often it ran. What is done and when is made
 * from a seed.
 */
@Command(
    name = "faults",
    description = {
      "Kills, stops and restarts nodes, cuts and delays the network between them, and checks that"
          + " no call is lost or runs twice. Linux only."
    })
public final class FaultsExperiment implements Experiment {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = DEADLINE.plusSeconds(5);

  /** On every node. */
  private static final String EVERYWHERE = "everywhere";

  private static final List<String> FUNCTIONS =
      List.of(EVERYWHERE, Recovery.FAR, Recovery.FIRST, Recovery.SECOND);

  private static final List<String> SETTINGS =
      List.of(
          "invoker.slots=2",
          "invoker.queue=8",
          "drain-timeout=5s",
          "cluster.alone-after=3s",
          "runtimes.process.enabled=true");

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "how long to go on breaking things (default: 10; --quick: 1.7)")
  private @Nullable Double minutes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "what is done is made from this number (default: another one each time)")
  private @Nullable Long seed;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "how often each recovery is measured, 0 for never (default: 3; --quick: 1)")
  private @Nullable Integer rounds;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "how many nodes, 3 to 5 (default: ${DEFAULT-VALUE})")
  private int count = 3;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "a setting of every node; repeatable")
  private List<String> settings = new ArrayList<>();

  @Override
  public void run(Lab lab, Report report) throws Exception {
    if (count < 3 || count > 5) {
      throw new IOException("--nodes " + count + ": from 3 to 5");
    }
    if (rounds != null && rounds < 0) {
      throw new IOException("--rounds " + rounds + ": 0 or more");
    }
    long chosen = seed == null ? RandomGenerator.getDefault().nextInt(1_000_000) : seed;
    FaultsPlan plan = plan(lab);
    long origin = System.nanoTime();
    report.add(Row.of("seed", chosen).and("nodes", count));
    lab.progress().expect(plan.expected());
    lab.progress().phase("seed " + chosen + ": starting " + count + " nodes", FaultsPlan.TO_START);
    NodeCluster cluster = lab.cluster(settings(chosen));
    Network network = cluster.connect(chosen);
    List<NodeProcess> nodes = cluster.add(ownSettings());
    Path runs = lab.folder().resolve("runs.log");
    var troubles = new Troubles(System::nanoTime);
    var site = new Site(nodes, network, troubles, runs, System::nanoTime);
    var caller = lab.ending(new CallerClient(Vertx.vertx(), DEADLINE, PATIENCE));
    var history = new History();
    var findings = new FaultsFindings(report, lab.progress()::note);
    try {
      deploy(site);
      var soak = new Soak(lab, plan, chosen, site, FUNCTIONS, caller, history);
      soak.warmUp("first-");
      if (plan.rounds() > 0) {
        recover(lab, findings, plan, new Recovery(lab, site, caller, history));
      }
      soak.run(findings);
    } finally {
      var chronicle = new Chronicle(lab.folder(), origin);
      chronicle.write("history.log", history.calls(), History::told);
      chronicle.write("operations.log", site.operations(), Operation::told);
      chronicle.write("troubles.log", troubles.all(), Trouble::told);
      Map<String, List<Run>> ran = Run.readAll(runs);
      var judgement = new Judgement(history.calls(), new Checker(ran, troubles, DEADLINE));
      judgement.addTo(report);
      judgement.examples(troubles, ran, origin).forEach(lab.progress()::note);
      findings.addBroken(site.broken());
      if (report.targets().stream().anyMatch(target -> !target.met())) {
        lab.keepFolder();
      }
    }
  }

  private FaultsPlan plan(Lab lab) {
    FaultsPlan usual =
        lab.isQuick() ? FaultsPlan.quick() : FaultsPlan.lasting(Duration.ofMinutes(10));
    return new FaultsPlan(
        rounds == null ? usual.rounds() : rounds,
        usual.warmUp(),
        minutes == null ? usual.soak() : Duration.ofSeconds(Math.round(minutes * 60)));
  }

  private List<String> settings(long chosen) {
    List<String> all = new ArrayList<>(SETTINGS);
    all.add("cluster.name=faults-" + chosen + "-" + ProcessHandle.current().pid());
    all.addAll(settings);
    return all;
  }

  /**
   * The first node, of which the recovery is asked, goes round: so its choice tells what it thinks
   * of a peer, not how many calls hang there.
   */
  private List<List<String>> ownSettings() {
    List<List<String>> own = new ArrayList<>(Collections.nCopies(count, List.of()));
    own.set(0, List.of("routing.policy=round-robin"));
    return own;
  }

  private static void deploy(Site site) throws IOException, InterruptedException {
    site.provide(EVERYWHERE, site.names());
    site.provide(Recovery.FAR, List.of("n2", "n3"));
    site.provide(Recovery.FIRST, List.of("n1"));
    site.provide(Recovery.SECOND, List.of("n2"));
    for (NodeProcess node : site.nodes()) {
      for (String function : FUNCTIONS) {
        node.awaitAnswer(function);
      }
    }
  }

  private static void recover(Lab lab, FaultsFindings findings, FaultsPlan plan, Recovery recovery)
      throws IOException, InterruptedException {
    List<Double> kills = new ArrayList<>();
    List<Double> stops = new ArrayList<>();
    List<Double> continues = new ArrayList<>();
    List<Double> meetings = new ArrayList<>();
    for (int i = 0; i < plan.rounds(); i++) {
      lab.progress().phase("recovery: SIGKILL of n2", Duration.ofSeconds(15));
      kills.add(recovery.afterKill());
      lab.progress().phase("recovery: SIGSTOP of n2", Duration.ofSeconds(15));
      stops.add(recovery.untilNotChosen());
      lab.progress().phase("recovery: SIGCONT of n2", Duration.ofSeconds(10));
      continues.add(recovery.afterContinue());
      lab.progress().phase("recovery: n3 starts alone, then they meet", Duration.ofSeconds(25));
      meetings.add(recovery.afterMeeting());
    }
    findings.addRecovery("SIGKILL to the last call that waited because of it, s", kills, 1);
    findings.addRecovery("SIGSTOP to not being chosen, s", stops, 2.5);
    findings.addRecovery("SIGCONT to serving again, s", continues, 15);
    findings.addRecovery("two lone clusters to one that serves, s", meetings, 30);
  }
}
