package edge.starling.loadtest.forwarding;

import static edge.starling.loadtest.lab.MeasuredSystem.FORWARDED;
import static edge.starling.loadtest.lab.MeasuredSystem.LOCAL;

import edge.starling.loadtest.lab.Load;
import edge.starling.loadtest.lab.Rounds;
import edge.starling.loadtest.lab.Sample;
import edge.starling.loadtest.report.Published;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Row;
import edge.starling.loadtest.report.Target;
import java.util.Comparator;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

/** What the samples say: rows, the chart, and the targets of this experiment. */
final class ForwardingFindings {
  static final String TWO_KEEP_ALIVE = "HAProxy two hops (keep-alive)";
  static final String TWO_SERVER_CLOSE = "HAProxy two hops (http-server-close)";

  static final List<Published> PUBLISHED =
      List.of(
          new Published("HAProxy, one hop, p50", 0.14, "ms"),
          new Published("HAProxy, one hop, 16 connections", 38_000, "calls/s"),
          new Published("HAProxy, two hops, p50", 0.19, "ms"),
          new Published("HAProxy, two hops, 16 connections", 25_000, "calls/s"),
          new Published("HAProxy, two hops, http-server-close, p50", 0.38, "ms"),
          new Published("HAProxy, two hops, http-server-close, 16 connections", 8_800, "calls/s"));

  private static final double ADDED_MILLIS = 0.2;

  private final Report report;
  private final List<String> systems;

  ForwardingFindings(Report report, List<String> systems) {
    this.report = report;
    this.systems = List.copyOf(systems);
  }

  /**
   * @param by what has put the load
   */
  void addSteady(String by, Load load, Rounds rounds) {
    systems.forEach(
        system ->
            report.add(
                Row.of("steady", load.toString())
                    .and("by", by)
                    .and("system", system)
                    .and("calls_per_s", rounds.median(load, system, Sample::rate))
                    .and("p50_us", rounds.median(load, system, Sample::p50))
                    .and("p99_us", rounds.median(load, system, Sample::p99))
                    .and("max_us", rounds.median(load, system, Sample::max))
                    .and(
                        "rounds_p50_us",
                        rounds.of(load, system).stream().map(Sample::p50).toList())));
    double added =
        rounds.median(
            load, FORWARDED, LOCAL, Sample::p50, (forwarded, local) -> (forwarded - local) / 1e3);
    report.add(
        Target.atMost(
            "p50 forwarded above local, " + load + " by " + by + ", ms", added, ADDED_MILLIS));
  }

  /** The highest of several loads counts, for each system. */
  void addHighest(List<Load> loads, Rounds rounds) {
    for (Load load : loads) {
      systems.forEach(
          system ->
              report.add(
                  Row.of("highest_rate", load.toString())
                      .and("system", system)
                      .and("calls_per_s", rounds.median(load, system, Sample::rate))
                      .and("p50_us", rounds.median(load, system, Sample::p50))
                      .and("p99_us", rounds.median(load, system, Sample::p99))
                      .and("cpu_us_a_call", rounds.median(load, system, Sample::serverCpu))
                      .and(
                          "rounds_per_s",
                          rounds.of(load, system).stream().map(Sample::rate).toList())));
    }
    if (systems.contains(TWO_SERVER_CLOSE)) {
      report.add(
          Target.atLeast(
                  "highest rate forwarded, share of the http-server-close pair",
                  highest(FORWARDED, loads, rounds) / highest(TWO_SERVER_CLOSE, loads, rounds),
                  1)
              .aimingAt(
                  highest(TWO_KEEP_ALIVE, loads, rounds)
                      / highest(TWO_SERVER_CLOSE, loads, rounds)));
    }
    report.show(chart(loads, rounds));
  }

  private static double highest(String system, List<Load> loads, Rounds rounds) {
    return loads.stream()
        .map(load -> rounds.median(load, system, Sample::rate))
        .max(Comparator.naturalOrder())
        .orElse(Double.NaN);
  }

  private CategoryChart chart(List<Load> loads, Rounds rounds) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(900)
            .height(520)
            .title("Highest rate of calls, with connections that are kept")
            .yAxisTitle("calls/s")
            .build();
    chart.getStyler().setXAxisLabelRotation(35);
    for (Load load : loads) {
      chart.addSeries(
          load.toString(),
          systems,
          systems.stream().map(system -> rounds.median(load, system, Sample::rate)).toList());
    }
    return chart;
  }
}
