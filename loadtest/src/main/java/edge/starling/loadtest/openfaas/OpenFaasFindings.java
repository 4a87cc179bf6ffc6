package edge.starling.loadtest.openfaas;

import edge.starling.loadtest.lab.Load;
import edge.starling.loadtest.lab.Rounds;
import edge.starling.loadtest.lab.Sample;
import edge.starling.loadtest.report.Published;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Row;
import edge.starling.loadtest.report.Target;
import java.util.List;

/** What the samples say: rows, and the targets of this experiment. */
final class OpenFaasFindings {
  static final String NOOP = "noop";
  static final String SLEEP = "sleep5ms";
  static final List<String> FUNCTIONS = List.of(NOOP, SLEEP);
  static final String GATEWAY = "gateway";
  static final String NODE = "node, runtime openfaas";

  static final Load ALONE = Load.closed(1);
  static final Load BUSY = Load.closed(16);
  static final List<Load> NOOP_LOADS = List.of(ALONE, BUSY);

  private final Report report;

  OpenFaasFindings(Report report) {
    this.report = report;
    report.add(
        new Published(
            "OpenFaaS gateway beside its own watchdog", 0.52, "of its rate at 16 connections"));
  }

  /** What the rounds of one function say. */
  void add(String function, List<Load> loads, Rounds rounds) {
    for (Load load : loads) {
      List.of(GATEWAY, NODE).forEach(system -> report.add(row(function, load, system, rounds)));
    }
    if (function.equals(NOOP)) {
      report.add(
          Target.atMost(
              "p50 above the gateway's, no-op, 1 connection, ms",
              rounds.median(
                  ALONE, NODE, GATEWAY, Sample::p50, (node, gateway) -> (node - gateway) / 1e3),
              0.3));
    } else {
      report.add(
          Target.atLeast(
              "share of the gateway's rate, 5 ms, 16 connections",
              share(BUSY, NODE, rounds),
              0.85));
    }
  }

  private static Row row(String function, Load load, String system, Rounds rounds) {
    return Row.of("function", function)
        .and("load", load.toString())
        .and("system", system)
        .and("calls_per_s", rounds.median(load, system, Sample::rate))
        .and("share_of_gateway", share(load, system, rounds))
        .and("p50_us", rounds.median(load, system, Sample::p50))
        .and("p99_us", rounds.median(load, system, Sample::p99))
        .and("cpu_us_a_call", rounds.median(load, system, Sample::serverCpu));
  }

  private static double share(Load load, String system, Rounds rounds) {
    return rounds.median(load, system, GATEWAY, Sample::rate, (node, gateway) -> node / gateway);
  }
}
