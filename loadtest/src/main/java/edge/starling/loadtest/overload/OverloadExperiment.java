package edge.starling.loadtest.overload;

import edge.starling.loadtest.gatling.Calls;
import edge.starling.loadtest.gatling.GatlingLoad;
import edge.starling.loadtest.gatling.LoadPlan;
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
  private static final String WARM_UP = "warm-up";
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

  /** Does something to a node. */
  private interface Harm {
    void to(ServerProcess node) throws IOException, InterruptedException;
  }

  @Override
  public void run(Lab lab, Report report) throws Exception {
    OverloadPlan plan = lab.isQuick() ? OverloadPlan.quick() : OverloadPlan.full();
    lab.progress().expect(plan.expected());
    var findings = new OverloadFindings(report);
    OverloadFindings.PUBLISHED.forEach(report::add);
    try (LimitedNodes nodes = start(lab, LIMITS)) {
      published(lab, report, plan, findings, nodes);
      allOverloaded(lab, plan, findings, nodes);
      lose(lab, plan, findings, nodes, "SIGKILL", ServerProcess::kill, 1);
    }
    longInterval(lab, plan, findings);
    twoOverloaded(lab, plan, findings);
    try (LimitedNodes nodes =
        start(lab, LIMITS, "load.update-interval=500ms", "load.suspect-after=1s")) {
      lose(lab, plan, findings, nodes, "SIGSTOP", ServerProcess::suspend, 1.5);
    }
  }

  private LimitedNodes start(Lab lab, List<Integer> limits, String... settings)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("routing.policy=" + policy);
    LimitedNodes nodes = LimitedNodes.start(lab, limits, all);
    String refused = nodes.deploy(FUNCTION, Map.of());
    if (!refused.isEmpty()) {
      throw new IOException("the nodes do not take the function in: " + refused);
    }
    return nodes;
  }

  private static void published(
      Lab lab, Report report, OverloadPlan plan, OverloadFindings findings, LimitedNodes nodes)
      throws IOException, InterruptedException {
    String name = "1: 50 calls/s into node 1";
    Duration duration = plan.published();
    Calls calls = put(lab, plan, nodes, Phase.of(name, stream(nodes, 1, PER_SECOND, duration)));
    List<Second> seconds = seconds(calls, duration, PER_SECOND);
    findings.addSummary(name, calls, seconds);
    findings.addPublished(calls, seconds, SHARES, nodes.limits());
    report.show(
        OverloadChart.of(
            "50 calls/s into node 1, limits 10, 20 and 30",
            seconds,
            SHARES.keySet().stream().sorted().toList()));
  }

  private void longInterval(Lab lab, OverloadPlan plan, OverloadFindings findings)
      throws IOException, InterruptedException {
    String name = "1: 50 calls/s with update interval 60 s";
    Duration duration = plan.published();
    try (LimitedNodes nodes =
        start(lab, LIMITS, "load.update-interval=60s", "load.suspect-after=120s")) {
      Calls calls = put(lab, plan, nodes, Phase.of(name, stream(nodes, 1, PER_SECOND, duration)));
      findings.addSummary(name, calls, seconds(calls, duration, PER_SECOND));
      findings.addLongInterval(calls);
    }
  }

  private void twoOverloaded(Lab lab, OverloadPlan plan, OverloadFindings findings)
      throws IOException, InterruptedException {
    String name = "2: 30 calls/s into nodes 1 and 2 each";
    Duration duration = plan.others();
    try (LimitedNodes nodes = start(lab, List.of(10, 10, 30))) {
      Phase phase = Phase.of(name, stream(nodes, 1, 30, duration), stream(nodes, 2, 30, duration));
      Calls calls = put(lab, plan, nodes, phase);
      List<Second> seconds = seconds(calls, duration, 30);
      findings.addSummary(name, calls, seconds);
      findings.addTwoOverloaded(calls, seconds, 10, nodes.limits());
    }
  }

  private static void allOverloaded(
      Lab lab, OverloadPlan plan, OverloadFindings findings, LimitedNodes nodes)
      throws IOException, InterruptedException {
    String name = "3: 100 calls/s into node 1";
    Duration duration = plan.others();
    Calls calls = put(lab, plan, nodes, Phase.of(name, stream(nodes, 1, 100, duration)));
    List<Second> seconds = seconds(calls, duration, 100);
    findings.addSummary(name, calls, seconds);
    findings.addAllOverloaded(calls, seconds, CAPACITY);
  }

  private static void lose(
      Lab lab,
      OverloadPlan plan,
      OverloadFindings findings,
      LimitedNodes nodes,
      String how,
      Harm harm,
      double mostSeconds)
      throws IOException, InterruptedException {
    String name = "4: 50 calls/s and " + how + " of node 3";
    Duration duration = plan.loss();
    List<Duration> harmedAt = new ArrayList<>();
    LoadPlan load =
        LoadPlan.gets(
            List.of(warmUp(plan, nodes), Phase.of(name, stream(nodes, 1, PER_SECOND, duration))));
    Calls calls =
        new Calls(
            new GatlingLoad(lab)
                .put(
                    load,
                    phase -> {
                      if (phase.name().equals(name)) {
                        long begin = System.nanoTime();
                        lab.idle(plan.untilLoss());
                        harmedAt.add(Duration.ofNanos(System.nanoTime() - begin));
                        harm.to(nodes.node(3).server());
                      }
                    })
                .of(name));
    findings.addSummary(name, calls, seconds(calls, duration, PER_SECOND));
    findings.addLoss(how, calls, harmedAt.get(0), duration, LOST, mostSeconds);
  }

  /** The calls of this phase, after others that are not counted. */
  private static Calls put(Lab lab, OverloadPlan plan, LimitedNodes nodes, Phase phase)
      throws IOException, InterruptedException {
    LoadPlan load = LoadPlan.posts(List.of(warmUp(plan, nodes), phase));
    return new Calls(new GatlingLoad(lab).put(load).of(phase.name()));
  }

  /** Within the capacity, with forwarded calls among them. */
  private static Phase warmUp(OverloadPlan plan, LimitedNodes nodes) {
    return Phase.of(WARM_UP, stream(nodes, 1, 40, plan.warmUp()));
  }

  private static Stream stream(
      LimitedNodes nodes, int number, double perSecond, Duration duration) {
    return Stream.steady("n" + number, nodes.function(number, FUNCTION), perSecond, duration);
  }

  private static List<Second> seconds(Calls calls, Duration duration, double perSecond) {
    return SecondBySecond.of(calls, Math.toIntExact(duration.toSeconds()), perSecond);
  }
}
