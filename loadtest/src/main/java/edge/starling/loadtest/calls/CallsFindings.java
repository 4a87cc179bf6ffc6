package edge.starling.loadtest.calls;

import static edge.starling.loadtest.lab.MeasuredSystem.BARE;
import static edge.starling.loadtest.lab.MeasuredSystem.FORWARDED;
import static edge.starling.loadtest.lab.MeasuredSystem.LOCAL;

import edge.starling.loadtest.calls.FirstCall.Kind;
import edge.starling.loadtest.lab.Load;
import edge.starling.loadtest.lab.Rounds;
import edge.starling.loadtest.lab.Sample;
import edge.starling.loadtest.report.Published;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Row;
import edge.starling.loadtest.report.Target;
import java.util.List;
import java.util.stream.DoubleStream;

/** What the samples and first calls say: rows, and the targets of this experiment. */
final class CallsFindings {
  /** Where the shares are compared, also with the published ones. */
  static final Load SHARED_LOAD = Load.closed(16);

  static final List<Published> PUBLISHED =
      List.of(
          share("one local bus request", 0.76),
          share("HAProxy, one hop", 0.42),
          share("HAProxy, two hops", 0.27),
          share("the first system, local", 0.11),
          share("the first system, forwarded", 0.05),
          share("tinyFaaS", 0.05),
          share("OpenFaaS gateway", 0.035));

  private static final Load ALONE = Load.closed(1);

  private final Rounds rounds;

  CallsFindings(Rounds rounds) {
    this.rounds = rounds;
  }

  /** What the loads in all rounds say. */
  void addLoads(Report report) {
    for (Load load : CallsPlan.LOADS) {
      List.of(BARE, LOCAL, FORWARDED).forEach(system -> report.add(row(load, system)));
    }
    PUBLISHED.forEach(report::add);
    report.add(Target.atLeast("local calls, share of bare", share(LOCAL), 0.25).aimingAt(0.5));
    report.add(
        Target.atLeast("forwarded calls, share of bare", share(FORWARDED), 0.12).aimingAt(0.27));
    report.add(
        Target.atMost("p50 forwarded above local, 1 connection, ms", forwardingMillis(), 0.2));
    report.show(CallsChart.of(share(LOCAL), share(FORWARDED), PUBLISHED));
  }

  /** What the first calls say, beside the medians of the loads. */
  void addFirstCalls(Report report, List<FirstCall> calls) {
    calls.forEach(call -> report.add(row(call)));
    report.add(
        firstCall("first local call after idling, above median, ms", calls, Kind.LOCAL_IDLE));
    report.add(
        firstCall(
            "first forwarded call after idling, above median, ms", calls, Kind.FORWARDED_IDLE));
    report.add(
        firstCall(
            "first call to a provider that just joined, above median, ms", calls, Kind.JOINED));
  }

  /** The share of the bare server's rate at the load where shares are compared. */
  private double share(String system) {
    return share(SHARED_LOAD, system);
  }

  private static Published share(String system, double value) {
    return new Published(system, value, "of the bare server's rate at " + SHARED_LOAD);
  }

  private Row row(Load load, String system) {
    return Row.of("load", load.toString())
        .and("system", system)
        .and("calls_per_s", rounds.median(load, system, Sample::rate))
        .and("share_of_bare", share(load, system))
        .and("p50_us", rounds.median(load, system, Sample::p50))
        .and("p90_us", rounds.median(load, system, Sample::p90))
        .and("p99_us", rounds.median(load, system, Sample::p99))
        .and("max_us", rounds.median(load, system, Sample::max))
        .and("cpu_us_a_call", rounds.median(load, system, Sample::serverCpu))
        .and("driver_cpu_us", rounds.median(load, system, Sample::driverCpu))
        .and("rounds_per_s", rounds.of(load, system).stream().map(Sample::rate).toList());
  }

  private Row row(FirstCall call) {
    return Row.of("first_call", call.kind().when)
        .and("system", call.kind().system)
        .and("us", call.micros())
        .and("median_us", median(call.kind()))
        .and("above_median_ms", aboveMedianMillis(call));
  }

  private double share(Load load, String system) {
    return rounds.median(load, system, BARE, Sample::rate, (ours, bare) -> ours / bare);
  }

  private double median(Kind kind) {
    return rounds.median(ALONE, kind.system, Sample::p50);
  }

  private double aboveMedianMillis(FirstCall call) {
    return (call.micros() - median(call.kind())) / 1e3;
  }

  private double forwardingMillis() {
    return rounds.median(
        ALONE, FORWARDED, LOCAL, Sample::p50, (forwarded, local) -> (forwarded - local) / 1e3);
  }

  /** The worst one counts; not a number if any failed, or none was made. */
  private Target firstCall(String name, List<FirstCall> calls, Kind kind) {
    DoubleStream above =
        calls.stream().filter(call -> call.kind() == kind).mapToDouble(this::aboveMedianMillis);
    return Target.atMost(name, above.reduce(Math::max).orElse(Double.NaN), 5);
  }
}
