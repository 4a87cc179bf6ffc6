package edge.starling.loadtest.manycall;

import com.fasterxml.jackson.databind.JsonNode;
import edge.starling.loadtest.driver.Call;
import edge.starling.loadtest.driver.LoadDriver;
import edge.starling.loadtest.driver.Measurement;
import edge.starling.loadtest.lab.Experiment;
import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.lab.Modules;
import edge.starling.loadtest.report.Published;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Row;
import edge.starling.loadtest.report.Target;
import edge.starling.loadtest.servers.Deployment;
import edge.starling.loadtest.servers.NodeProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Manycalls: how much faster n items of a slow function are than one after the other (the table of
 * "Decentralized Edge FaaS"), how they are spread over the providers, and how many items a second
 * there are beside single calls.
 */
@Command(
    name = "manycall",
    description = "Speed-up, spread and throughput of many calls in one request.")
public final class ManycallExperiment implements Experiment {
  private static final int[] COUNTS = {1, 2, 3, 4, 5, 9, 13, 17, 20, 50, 100};

  /** Seconds a call there, with a function that takes 5 s, by the number of items. */
  private static final Map<Integer, Double> SPEED_UP_THERE =
      new TreeMap<>(
          Map.of(1, 1.0, 2, 1.98, 3, 2.97, 4, 3.97, 5, 2.51, 9, 3.01, 13, 3.26, 17, 3.41));

  private static final Duration TO_START = Duration.ofSeconds(12);
  private static final int THROUGHPUT_ITEMS = 10_000;
  private static final int CONNECTIONS = 64;
  private static final String SLEEP = "sleep";
  private static final String NOOP = "noop";
  private static final String WHERE = "where";

  /** Sleeps so many seconds, and answers with the name of the node, which its folder is in. */
  private static final String WHERE_SCRIPT =
      """
      #!/bin/sh
      read -r s || :
      sleep "$s"
      printf %s "$(pwd | sed -n 's|.*/\\(n[0-9]*\\)/functions/.*|\\1|p')"
      """;

  @Option(
      names = "--seconds",
      defaultValue = "1",
      description = "How long the slow function takes (${DEFAULT-VALUE}; there it took 5).")
  private int seconds = 1;

  private final ManycallClient client = new ManycallClient();

  @Override
  public void run(Lab lab, Report report) throws Exception {
    int rounds = lab.isQuick() ? 1 : 3;
    int throughputRounds = lab.isQuick() ? 3 : 7;
    Duration window = Duration.ofSeconds(lab.isQuick() ? 4 : 10);
    lab.progress()
        .expect(
            TO_START
                .multipliedBy(3)
                .plusSeconds((long) seconds * COUNTS.length * rounds + 20)
                .plus(window.multipliedBy(4))
                .plusSeconds(20));
    speedUp(lab, report, rounds);
    spread(lab, report);
    throughput(
        lab, report, "routing.policy=least-in-progress", "spread", 2, throughputRounds, window);
    throughput(lab, report, "routing.policy=local-first", "local", 1, throughputRounds, window);
  }

  // A's table.

  private void speedUp(Lab lab, Report report, int rounds) throws Exception {
    lab.progress().phase("starting one node", TO_START);
    try (var cluster = lab.cluster(List.of("invoker.slots=128"))) {
      NodeProcess node = cluster.add(1).get(0);
      node.deploy(
          new Deployment("sleep.wasm", Modules.sleep(), Map.of("name", SLEEP, "memory_mb", "1")));
      client.call(node, SLEEP, Collections.nCopies(COUNTS[COUNTS.length - 1], "10"), 100);
      Map<Integer, Double> totals = new TreeMap<>();
      for (int count : COUNTS) {
        lab.progress().phase(count + " items", Duration.ofSeconds((long) seconds * rounds));
        List<Double> measured = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
          List<String> items = Collections.nCopies(count, String.valueOf(seconds * 1000));
          measured.add(client.call(node, SLEEP, items, count).seconds());
        }
        totals.put(count, median(measured));
      }
      report(report, totals);
    }
  }

  private void report(Report report, Map<Integer, Double> totals) {
    double one = totals.getOrDefault(1, Double.NaN);
    totals.forEach(
        (count, total) -> {
          double speedUp = one * count / total;
          Row row =
              Row.of("items", count)
                  .and("s_a_call", total / count)
                  .and("speed_up", speedUp)
                  .and("efficiency", speedUp / count);
          Double there = SPEED_UP_THERE.get(count);
          report.add(
              row.and("speed_up_there", there == null ? "" : there)
                  .and("efficiency_there", there == null ? "" : there / count));
        });
    double upTo20 =
        totals.entrySet().stream()
            .filter(entry -> entry.getKey() <= 20)
            .mapToDouble(entry -> one / entry.getValue())
            .min()
            .orElse(Double.NaN);
    report.add(Target.atLeast("efficiency up to 20 items, the least", upTo20, 0.98));
    report.add(
        Target.atLeast(
            "efficiency at 100 items", one / totals.getOrDefault(100, Double.NaN), 0.95));
    SPEED_UP_THERE.forEach(
        (count, value) ->
            report.add(new Published("the first system, " + count + " items", value, "speed-up")));
    report.show(SpeedUpChart.of(totals, SPEED_UP_THERE));
  }

  // Spread.

  private void spread(Lab lab, Report report) throws Exception {
    lab.progress().phase("starting three nodes", TO_START);
    try (var cluster = lab.cluster(List.of())) {
      List<NodeProcess> nodes = cluster.add(3);
      Deployment where =
          new Deployment(
              "where.sh",
              WHERE_SCRIPT.getBytes(StandardCharsets.UTF_8),
              Map.of("name", WHERE, "runtime", "process"));
      nodes.get(0).deploy(where);
      double worst = 0;
      for (int providers = 1; providers <= 3; providers++) {
        if (providers > 1) {
          nodes.get(providers - 1).provide(WHERE);
        }
        lab.progress().phase("20 items over " + providers + " providers", Duration.ofSeconds(3));
        nodes.get(2).awaitAnswer(WHERE);
        Map<String, Long> at = served(client.call(nodes.get(2), WHERE, items(20, 0.5), 20));
        long most = Collections.max(at.values());
        long least = at.size() < providers ? 0 : Collections.min(at.values());
        worst = Math.max(worst, (double) (most - least));
        report.add(
            Row.of("spread", "20 items over " + providers)
                .and("served_by", at.toString())
                .and("most_less_least", most - least));
      }
      report.add(Target.atMost("most less least items of a provider, 20 items", worst, 1));
      preloaded(lab, report, nodes);
    }
  }

  /** Two single calls at node 2, then four items there, with providers 1 and 2: both get three. */
  private void preloaded(Lab lab, Report report, List<NodeProcess> nodes) throws Exception {
    lab.progress().phase("four items beside two calls", Duration.ofSeconds(5));
    nodes.get(2).withdraw(WHERE);
    ExecutorService beside = Executors.newFixedThreadPool(2);
    try {
      List<Future<ManycallClient.Answer>> singles = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        singles.add(
            beside.submit(
                (Callable<ManycallClient.Answer>)
                    () -> new ManycallClient().single(nodes.get(1), WHERE, "3")));
      }
      lab.idle(Duration.ofSeconds(1));
      Map<String, Long> at =
          new TreeMap<>(served(client.call(nodes.get(1), WHERE, items(4, 1), 4)));
      for (Future<ManycallClient.Answer> single : singles) {
        served(single.get()).forEach((node, calls) -> at.merge(node, calls, Long::sum));
      }
      report.add(
          Row.of("spread", "4 items beside 2 calls at n2")
              .and("served_by", at.toString())
              .and("most_less_least", Collections.max(at.values()) - at.getOrDefault("n1", 0L)));
      report.add(
          Target.atMost(
              "calls of n2 less those of n1, preloaded with 2",
              (double) Math.abs(at.getOrDefault("n2", 0L) - at.getOrDefault("n1", 0L)),
              0));
    } finally {
      beside.shutdownNow();
    }
  }

  private static List<String> items(int count, double seconds) {
    return Collections.nCopies(count, String.valueOf(seconds));
  }

  private static Map<String, Long> served(ManycallClient.Answer answer) {
    return answer.responses().stream()
        .map(JsonNode::asText)
        .collect(Collectors.groupingBy(node -> node, TreeMap::new, Collectors.counting()));
  }

  // Throughput.

  private void throughput(
      Lab lab,
      Report report,
      String policy,
      String singleCalls,
      double bound,
      int rounds,
      Duration window)
      throws Exception {
    lab.progress().phase("starting three nodes, " + policy, TO_START);
    try (var cluster = lab.cluster(List.of(policy))) {
      List<NodeProcess> nodes = cluster.add(3);
      nodes.get(0).deploy(NOOP, Modules.noop());
      nodes.get(1).provide(NOOP);
      nodes.get(2).provide(NOOP);
      for (NodeProcess node : nodes) {
        node.awaitAnswer(NOOP);
      }
      List<String> items = Collections.nCopies(THROUGHPUT_ITEMS, "x");
      lab.progress().phase("warming up", window);
      singles(report, nodes, window);
      client.call(nodes.get(0), NOOP, items, CONNECTIONS);
      lab.progress().phase("single calls, " + singleCalls, window);
      double single = singles(report, nodes, window);
      lab.progress().phase("manycalls of " + THROUGHPUT_ITEMS + " items", Duration.ofSeconds(10));
      List<Double> rates = new ArrayList<>();
      try (PeakHeap heap = PeakHeap.watch(nodes.get(0))) {
        for (int i = 0; i < rounds; i++) {
          rates.add(
              THROUGHPUT_ITEMS / client.call(nodes.get(0), NOOP, items, CONNECTIONS).seconds());
        }
        report.add(
            Row.of("throughput", "3 nodes, single calls " + singleCalls)
                .and("single_per_s", single)
                .and("items_per_s", median(rates))
                .and("ratio", median(rates) / single)
                .and("peak_heap_mib", heap.mebibytes()));
      }
      report.add(
          Target.atLeast(
              "items/s over single calls/s, " + singleCalls, median(rates) / single, bound));
    }
  }

  /** As many connections as items in flight, spread over the nodes. */
  private static double singles(Report report, List<NodeProcess> nodes, Duration window)
      throws Exception {
    ExecutorService beside = Executors.newFixedThreadPool(nodes.size());
    List<LoadDriver> drivers = new ArrayList<>();
    try {
      List<Future<Measurement>> loads = new ArrayList<>();
      for (int i = 0; i < nodes.size(); i++) {
        LoadDriver driver = new LoadDriver(1, Duration.ofSeconds(10));
        drivers.add(driver);
        int connections = CONNECTIONS / nodes.size() + (i < CONNECTIONS % nodes.size() ? 1 : 0);
        Call call = Call.post(nodes.get(i).function(NOOP), new byte[] {'x'}, new byte[0]);
        loads.add(
            beside.submit(
                (Callable<Measurement>) () -> driver.closedLoop(call, connections, window)));
      }
      double rate = 0;
      for (Future<Measurement> load : loads) {
        report.addErrors("single calls", load.get().errors());
        rate += load.get().rate();
      }
      return rate;
    } finally {
      drivers.forEach(LoadDriver::close);
      beside.shutdownNow();
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
