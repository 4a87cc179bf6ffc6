package edge.starling.loadtest.trace;

import edge.starling.loadtest.gatling.Calls;
import edge.starling.loadtest.gatling.GatlingLoad;
import edge.starling.loadtest.gatling.LoadPlan;
import edge.starling.loadtest.gatling.LoadResults;
import edge.starling.loadtest.gatling.Phase;
import edge.starling.loadtest.gatling.Stream;
import edge.starling.loadtest.lab.Experiment;
import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.overload.LimitedNodes;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Row;
import edge.starling.loadtest.report.Skipped;
import edge.starling.loadtest.servers.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A day of load whose peaks move from node to node, compressed to two minutes, with each scheduling
 * policy. Each has a function of its own on the same three nodes, and limits count by function, so
 * that nothing is left of one policy's load when the next one's begins.
 */
@Command(
    name = "trace",
    description = "A day of load, compressed to two minutes, with each scheduling policy.")
public final class TraceExperiment implements Experiment {
  private static final List<Integer> LIMITS = List.of(10, 20, 30);

  /** A comma, but for those between the parameters of one policy. */
  static final String BETWEEN_POLICIES = ",(?![^,:]*=)";

  private static final int DAY_SECONDS = 120;
  private static final int MOST_QUICK_SECONDS = 40;
  private static final int ALL_QUICK_SECONDS = 220;
  private static final int BETWEEN_SECONDS = 4;
  private static final Duration WARMING_UP = Duration.ofSeconds(8);

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Makes the day of load (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--trace",
      paramLabel = "FILE.csv",
      description =
          "A day of load to take instead, with the columns second,node,rate and the nodes n1, n2"
              + " and n3, such as loadtest/traces/day.csv; --quick takes its begin.")
  private @Nullable Path file;

  @Option(
      names = "--policies",
      split = BETWEEN_POLICIES,
      splitSynopsisLabel = ",",
      defaultValue =
          "slack-proportional,equal-split,static,all-local,random,latency-threshold,local-first,"
              + "least-in-progress,round-robin",
      description = "Each of them gets the trace (${DEFAULT-VALUE}).")
  private List<String> policies = List.of();

  @Override
  public void run(Lab lab, Report report) throws Exception {
    Trace trace = trace(lab);
    lab.progress()
        .expect(
            LimitedNodes.TO_START
                .plusSeconds(policies.size())
                .plus(GatlingLoad.TO_START)
                .plus(WARMING_UP)
                .plusSeconds((long) policies.size() * (trace.seconds() + BETWEEN_SECONDS)));
    try (LimitedNodes nodes = LimitedNodes.start(lab, LIMITS, List.of())) {
      List<String> known = deploy(nodes, report);
      if (known.isEmpty()) {
        throw new IOException("the nodes know none of the policies " + policies);
      }
      List<PolicyRun> runs = put(lab, nodes, trace, known);
      runs.forEach(run -> add(report, run));
      report.show(TraceChart.of(runs));
    }
  }

  private Trace trace(Lab lab) throws IOException {
    int seconds =
        lab.isQuick()
            ? Math.min(MOST_QUICK_SECONDS, ALL_QUICK_SECONDS / policies.size() - BETWEEN_SECONDS)
            : DAY_SECONDS;
    Map<String, Integer> limits = new LinkedHashMap<>();
    for (int i = 0; i < LIMITS.size(); i++) {
      limits.put("n" + (i + 1), LIMITS.get(i));
    }
    if (file == null) {
      return DayOfLoad.of(seed, limits, seconds);
    }
    Trace all = TraceFile.read(file, limits.keySet());
    return lab.isQuick() ? all.first(seconds) : all;
  }

  /** A function for each policy; those that the nodes do not know are skipped. */
  private List<String> deploy(LimitedNodes nodes, Report report)
      throws IOException, InterruptedException {
    List<String> known = new ArrayList<>();
    for (String policy : policies) {
      String refused = nodes.deploy(function(policy), Map.of("policy", policy));
      if (refused.isEmpty()) {
        known.add(policy);
      } else {
        report.add(new Skipped(policy, refused));
      }
    }
    return known;
  }

  private static String function(String policy) {
    return "trace-" + policy.replaceAll("[^a-z0-9]+", "-");
  }

  private static List<PolicyRun> put(
      Lab lab, LimitedNodes nodes, Trace trace, List<String> policies)
      throws IOException, InterruptedException {
    List<Phase> phases = new ArrayList<>();
    phases.add(nodes.warmUp(WARMING_UP));
    policies.forEach(policy -> phases.add(phase(nodes, trace, policy)));
    List<Messages> atBegin = new ArrayList<>();
    LoadResults results =
        new GatlingLoad(lab)
            .put(LoadPlan.of(phases), phase -> atBegin.add(Messages.of(nodes.all())));
    atBegin.add(Messages.of(nodes.all()));
    List<PolicyRun> runs = new ArrayList<>();
    for (int i = 0; i < policies.size(); i++) {
      // The warm-up is the first phase; a policy's messages are those until the next phase begins.
      Messages sent = atBegin.get(i + 2).since(atBegin.get(i + 1));
      String policy = policies.get(i);
      runs.add(new PolicyRun(policy, new Calls(results.of(function(policy))), sent));
    }
    return runs;
  }

  private static Phase phase(LimitedNodes nodes, Trace trace, String policy) {
    List<Stream> streams = new ArrayList<>();
    for (NodeProcess node : nodes.all()) {
      streams.add(trace.stream(node.name(), node.function(function(policy))));
    }
    return Phase.of(function(policy), streams.toArray(Stream[]::new));
  }

  private static void add(Report report, PolicyRun run) {
    Calls calls = run.calls();
    report.add(
        Row.of("policy", run.policy())
            .and("calls", calls.count())
            .and("refused", calls.refused().count())
            .and("refused_percent", run.refusedPercent())
            .and("p50_us", calls.served().micros(50))
            .and("p99_us", calls.served().micros(99))
            .and("max_us", calls.served().micros(100))
            .and("forwards", run.messages().forwards())
            .and("reports", run.messages().reports())
            .and("messages", run.messages().sent())
            .and("served_by", calls.byNode()));
    report.addErrors(run.policy(), calls.failed().endings());
  }
}
