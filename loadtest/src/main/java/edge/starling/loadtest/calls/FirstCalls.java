package edge.starling.loadtest.calls;

import edge.starling.loadtest.calls.FirstCall.Kind;
import edge.starling.loadtest.driver.Call;
import edge.starling.loadtest.driver.SingleCaller;
import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.servers.NodeCluster;
import edge.starling.loadtest.servers.NodeProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Measures first calls: on a connection that is open already, so that it is the system which has
 * been idle or has met the provider only now, and not the driver that has to connect.
 */
final class FirstCalls {
  private static final Duration AFTER_JOINING = Duration.ofSeconds(1);

  private final Lab lab;
  private final Report report;

  FirstCalls(Lab lab, Report report) {
    this.lab = lab;
    this.report = report;
  }

  /**
   * Lets the machine idle, then calls the bare server, which is no part of our system and shows
   * what the idling did to machine and driver, then the measured one.
   */
  List<FirstCall> afterIdling(Call bare, Call measured, Kind kind, Duration idle)
      throws IOException, InterruptedException {
    try (SingleCaller toBare = lab.driver().connect(bare);
        SingleCaller toMeasured = lab.driver().connect(measured)) {
      toBare.call();
      toMeasured.call();
      lab.idle(idle);
      return List.of(call(toBare, Kind.BARE_IDLE), call(toMeasured, kind));
    }
  }

  /**
   * Has a new node join, deploys a function on it alone, and a second later calls that through
   * another node for the first time.
   *
   * @param call makes the call through the other node from the function's name
   */
  FirstCall afterJoining(NodeCluster cluster, byte[] handler, Function<String, Call> call)
      throws IOException, InterruptedException {
    try (NodeProcess joined = cluster.add(1).get(0)) {
      String function = "noop-" + joined.server().name();
      joined.deploy(function, handler);
      long deployedAt = System.nanoTime();
      try (SingleCaller caller = lab.driver().connect(call.apply(function))) {
        lab.idle(AFTER_JOINING.minusNanos(System.nanoTime() - deployedAt));
        return call(caller, Kind.JOINED);
      }
    }
  }

  private FirstCall call(SingleCaller caller, Kind kind) throws InterruptedException {
    try {
      return new FirstCall(kind, caller.call().toNanos() / 1e3);
    } catch (IOException e) {
      String problem = "first call " + kind.when + ": " + e.getMessage();
      report.addErrors(kind.system, Map.of(problem, 1L));
      return new FirstCall(kind, Double.NaN);
    }
  }
}
