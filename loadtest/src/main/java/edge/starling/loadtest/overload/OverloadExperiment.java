package edge.starling.loadtest.overload;

import edge.starling.loadtest.gatling.Calls;
import edge.starling.loadtest.gatling.GatlingLoad;
import edge.starling.loadtest.gatling.LoadPlan;
import edge.starling.loadtest.gatling.LoadResults;
import edge.starling.loadtest.gatling.Phase;
import edge.starling.loadtest.gatling.Stream;
import edge.starling.loadtest.lab.Experiment;
import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.overload.SecondBySecond.Second;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.servers.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * More calls than a node can take: the published experiment of "DFaaS" (1), two overloaded nodes
 * (2), all nodes overloaded (3), and a node that is lost meanwhile (4).
 */
@Command(
    name = "overload",
    description = "More calls than a node can take, while its neighbours have room or have none.")
public final class OverloadExperiment implements Experiment {
  private static final String FUNCTION = "noop";
  private static final List<Integer> LIMITS = List.of(10, 20, 30);
  private static final int CAPACITY = 60;
  private static final int PER_SECOND = 50;
  private static final Map<String, Integer> SHARES = Map.of("n1", 10, "n2", 16, "n3", 24);

  /** With node 3, 30 calls a second of its capacity are lost, and 10 were free. */
  private static final int LOST = 20;

  @Option(
      names = "--policy",
      defaultValue = "slack-proportional",
      description = "The nodes' scheduling policy (${DEFAULT-VALUE}).")
  private String policy = "slack-proportional";

  @Override
  public void run(Lab lab, Report report) throws Exception {
    OverloadPlan plan = lab.isQuick() ? OverloadPlan.quick() : OverloadPlan.full();
    lab.progress().expect(plan.expected());
    var findings = new OverloadFindings(report);
    OverloadFindings.PUBLISHED.forEach(report::add);
    threeNodes(lab, report, plan, findings);
    longInterval(lab, plan, findings);
    twoOverloaded(lab, plan, findings);
    stop(lab, plan, findings);
  }

  private LimitedNodes start(Lab lab, List<Integer> limits, String... settings)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("routing.policy=" + policy);
    LimitedNodes nodes = LimitedNodes.start(lab, limits, all);
    String refused = nodes.deploy(FUNCTION, Map.of());
    if (!refused.isEmpty()) {
      throw new IOException("the nodes do not take " + FUNCTION + " in: " + refused);
    }
    return nodes;
  }

  /** The published experiment, then more than all nodes can take, then the loss of one. */
  private void threeNodes(Lab lab, Report report, OverloadPlan plan, OverloadFindings findings)
      throws IOException, InterruptedException {
    try (LimitedNodes nodes = start(lab, LIMITS)) {
      Phase published =
          Phase.of("1: 50 calls/s into node 1", posts(nodes, 1, PER_SECOND, plan.published()));
      Phase all = Phase.of("3: 100 calls/s into node 1", posts(nodes, 1, 100, plan.others()));
      Phase loss = loss("SIGKILL", nodes, plan);
      var lost = new NodeLoss(lab, plan.untilLoss(), nodes.node(3), ServerProcess::kill);
      LoadResults results =
          put(
              lab,
              List.of(nodes.warmUp(plan.warmUp()), published, all, loss),
              begun -> {
                if (begun.equals(loss)) {
                  lost.happen();
                }
              });
      addPublished(report, findings, results, published, nodes);
      addAllOverloaded(findings, results, all);
      addLoss(findings, results, loss, "SIGKILL", lost, 1);
    }
  }

  private static void addPublished(
      Report report,
      OverloadFindings findings,
      LoadResults results,
      Phase phase,
      LimitedNodes nodes) {
    Calls calls = new Calls(results.of(phase.name()));
    List<Second> seconds = SecondBySecond.of(calls, phase.seconds(), PER_SECOND);
    findings.addSummary(phase.name(), calls, seconds);
    findings.addPublished(calls, seconds, SHARES, nodes.limits());
    report.show(
        OverloadChart.of(
            "50 calls/s into node 1, limits 10, 20 and 30",
            seconds,
            SHARES.keySet().stream().sorted().toList()));
  }

  private static void addAllOverloaded(
      OverloadFindings findings, LoadResults results, Phase phase) {
    Calls calls = new Calls(results.of(phase.name()));
    List<Second> seconds = SecondBySecond.of(calls, phase.seconds(), 100);
    findings.addSummary(phase.name(), calls, seconds);
    findings.addAllOverloaded(calls, seconds, CAPACITY);
  }

  private void longInterval(Lab lab, OverloadPlan plan, OverloadFindings findings)
      throws IOException, InterruptedException {
    try (LimitedNodes nodes =
        start(lab, LIMITS, "load.update-interval=60s", "load.suspect-after=120s")) {
      Phase phase =
          Phase.of(
              "1: 50 calls/s with update interval 60 s",
              posts(nodes, 1, PER_SECOND, plan.published()));
      LoadResults results = put(lab, List.of(nodes.warmUp(plan.warmUp()), phase), begun -> {});
      Calls calls = new Calls(results.of(phase.name()));
      findings.addSummary(
          phase.name(), calls, SecondBySecond.of(calls, phase.seconds(), PER_SECOND));
      findings.addLongInterval(calls);
    }
  }

  private void twoOverloaded(Lab lab, OverloadPlan plan, OverloadFindings findings)
      throws IOException, InterruptedException {
    try (LimitedNodes nodes = start(lab, List.of(10, 10, 30))) {
      Phase phase =
          Phase.of(
              "2: 30 calls/s into nodes 1 and 2 each",
              posts(nodes, 1, 30, plan.others()),
              posts(nodes, 2, 30, plan.others()));
      LoadResults results = put(lab, List.of(nodes.warmUp(plan.warmUp()), phase), begun -> {});
      Calls calls = new Calls(results.of(phase.name()));
      List<Second> seconds = SecondBySecond.of(calls, phase.seconds(), 30);
      findings.addSummary(phase.name(), calls, seconds);
      findings.addTwoOverloaded(calls, seconds, 10, nodes.limits());
    }
  }

  private void stop(Lab lab, OverloadPlan plan, OverloadFindings findings)
      throws IOException, InterruptedException {
    try (LimitedNodes nodes =
        start(lab, LIMITS, "load.update-interval=500ms", "load.suspect-after=1s")) {
      Phase phase = loss("SIGSTOP", nodes, plan);
      var lost = new NodeLoss(lab, plan.untilLoss(), nodes.node(3), ServerProcess::suspend);
      LoadResults results =
          put(
              lab,
              List.of(nodes.warmUp(plan.warmUp()), phase),
              begun -> {
                if (begun.equals(phase)) {
                  lost.happen();
                }
              });
      addLoss(findings, results, phase, "SIGSTOP", lost, 1.5);
    }
  }

  /** Idempotent calls, since the node may be lost while it runs some. */
  private static Phase loss(String how, LimitedNodes nodes, OverloadPlan plan) {
    return Phase.of(
        "4: 50 calls/s and " + how + " of node 3",
        Stream.gets("n1", nodes.function(1, FUNCTION), PER_SECOND, plan.loss()));
  }

  private static void addLoss(
      OverloadFindings findings,
      LoadResults results,
      Phase phase,
      String how,
      NodeLoss lost,
      double mostSeconds) {
    Calls calls = new Calls(results.of(phase.name()));
    findings.addSummary(phase.name(), calls, SecondBySecond.of(calls, phase.seconds(), PER_SECOND));
    findings.addLoss(how, calls, lost.at(), phase.loaded(), LOST, mostSeconds);
  }

  private static LoadResults put(Lab lab, List<Phase> phases, GatlingLoad.AtBegin atBegin)
      throws IOException, InterruptedException {
    return new GatlingLoad(lab).put(LoadPlan.of(phases), atBegin);
  }

  private static Stream posts(LimitedNodes nodes, int number, double perSecond, Duration duration) {
    return Stream.posts("n" + number, nodes.function(number, FUNCTION), perSecond, duration);
  }
}
