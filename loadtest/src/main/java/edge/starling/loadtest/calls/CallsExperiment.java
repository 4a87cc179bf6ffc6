package edge.starling.loadtest.calls;

import static edge.starling.loadtest.lab.MeasuredSystem.BARE;
import static edge.starling.loadtest.lab.MeasuredSystem.FORWARDED;
import static edge.starling.loadtest.lab.MeasuredSystem.LOCAL;

import edge.starling.loadtest.driver.Call;
import edge.starling.loadtest.lab.Experiment;
import edge.starling.loadtest.lab.InterleavedLoads;
import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.lab.MeasuredSystem;
import edge.starling.loadtest.lab.Modules;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.servers.BareServer;
import edge.starling.loadtest.servers.NodeCluster;
import edge.starling.loadtest.servers.NodeProcess;
import edge.starling.loadtest.servers.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/**
 * What one call of a function that does nothing costs: on the node that was asked, and forwarded to
 * the one that has it, beside a bare HTTP server. All get the same POST of 200 bytes and answer 200
 * with an empty body.
 */
@Command(
    name = "calls",
    description = "What one call costs, local and forwarded, beside a bare Vert.x HTTP server.")
public final class CallsExperiment implements Experiment {
  private static final String FUNCTION = "noop";
  private static final byte[] BODY = new byte[200];
  private static final byte[] NOTHING = {};

  private record Setup(
      NodeCluster cluster,
      NodeProcess entry,
      MeasuredSystem bare,
      MeasuredSystem local,
      MeasuredSystem forwarded) {
    List<MeasuredSystem> systems() {
      return List.of(bare, local, forwarded);
    }
  }

  @Override
  public void run(Lab lab, Report report) throws Exception {
    CallsPlan plan = lab.isQuick() ? CallsPlan.quick() : CallsPlan.full();
    lab.progress().expect(plan.expected(3));
    lab.progress().phase("starting two nodes and the bare server", CallsPlan.TO_START);
    Setup setup = start(lab);
    var measured = new InterleavedLoads(lab, report, plan.pace());
    measured.warmUp(CallsFindings.SHARED_LOAD, setup.systems());
    var findings = new CallsFindings(measured.rounds(CallsPlan.LOADS, setup.systems()));
    findings.addLoads(report);
    findings.addFirstCalls(report, firstCalls(lab, report, plan, setup));
  }

  /** Two nodes with the function on the first one only, and the bare server. */
  private static Setup start(Lab lab) throws IOException, InterruptedException {
    NodeCluster cluster = lab.cluster(List.of());
    List<NodeProcess> nodes = cluster.add(2);
    NodeProcess provider = nodes.get(0);
    NodeProcess entry = nodes.get(1);
    provider.deploy(FUNCTION, Modules.noop());
    provider.awaitAnswer(FUNCTION);
    entry.awaitAnswer(FUNCTION);
    ServerProcess bare = lab.bareServer(BareServer.Kind.SINK, null);
    List<ServerProcess> both = List.of(provider.server(), entry.server());
    return new Setup(
        cluster,
        entry,
        new MeasuredSystem(BARE, post(bare.url("/function/" + FUNCTION)), List.of(bare)),
        new MeasuredSystem(LOCAL, post(provider.function(FUNCTION)), both),
        new MeasuredSystem(FORWARDED, post(entry.function(FUNCTION)), both));
  }

  private static List<FirstCall> firstCalls(Lab lab, Report report, CallsPlan plan, Setup setup)
      throws IOException, InterruptedException {
    List<FirstCall> calls = new ArrayList<>();
    var first = new FirstCalls(lab, report);
    Call bare = setup.bare.call();
    for (int i = 1; i <= plan.firstCalls(); i++) {
      lab.progress().phase("idling, then a local call", plan.idle());
      calls.addAll(
          first.afterIdling(bare, setup.local.call(), FirstCall.Kind.LOCAL_IDLE, plan.idle()));
      lab.progress().phase("idling, then a forwarded call", plan.idle());
      calls.addAll(
          first.afterIdling(
              bare, setup.forwarded.call(), FirstCall.Kind.FORWARDED_IDLE, plan.idle()));
      lab.progress().phase("a node joins, then a call to it", CallsPlan.TO_START);
      calls.add(
          first.afterJoining(
              setup.cluster, Modules.noop(), function -> post(setup.entry.function(function))));
    }
    return calls;
  }

  private static Call post(URI url) {
    return Call.post(url, BODY, NOTHING);
  }
}
