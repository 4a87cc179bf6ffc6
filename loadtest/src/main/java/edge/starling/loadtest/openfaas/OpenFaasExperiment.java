package edge.starling.loadtest.openfaas;

import edge.starling.loadtest.driver.Call;
import edge.starling.loadtest.lab.Experiment;
import edge.starling.loadtest.lab.InterleavedLoads;
import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.lab.Load;
import edge.starling.loadtest.lab.MeasuredSystem;
import edge.starling.loadtest.lab.Pace;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Skipped;
import edge.starling.loadtest.servers.Gateway;
import edge.starling.loadtest.servers.NodeProcess;
import edge.starling.loadtest.servers.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/**
 * What runtime {@code openfaas} costs: calls of a function at a gateway, through a node and of the
 * gateway itself. The gateway is a Go program on OpenFaaS's own faas-provider; its functions are
 * servers on this machine, of which one does nothing and one waits for 5 ms.
 */
@Command(
    name = "openfaas",
    description = "Calls of a function at an OpenFaaS gateway, through a node and directly.")
public final class OpenFaasExperiment implements Experiment {
  private static final byte[] BODY = new byte[200];
  private static final byte[] NOTHING = {};
  private static final Duration TO_START = Duration.ofSeconds(15);

  @Override
  public void run(Lab lab, Report report) throws Exception {
    Optional<String> missing = Gateway.missing();
    if (missing.isPresent()) {
      report.add(new Skipped("calls through runtime openfaas", missing.get()));
      return;
    }
    Pace pace =
        lab.isQuick()
            ? new Pace(3, Duration.ofSeconds(8), Duration.ofSeconds(3))
            : new Pace(7, Duration.ofSeconds(20), Duration.ofSeconds(8));
    lab.progress()
        .expect(
            TO_START
                .plus(pace.expected(OpenFaasFindings.NOOP_LOADS.size(), 2))
                .plus(pace.expected(1, 2)));
    lab.progress().phase("building the gateway, and starting it and a node", TO_START);
    ServerProcess gateway = lab.ending(Gateway.start(lab.folder()));
    // more calls at once than the loads have, so that none is queued here
    NodeProcess node =
        lab.cluster(List.of("invoker.slots=64", "runtimes.openfaas.gateway=" + gateway.url("")))
            .add(1)
            .get(0);
    for (String function : OpenFaasFindings.FUNCTIONS) {
      node.deployImage(function, "loadtest/" + function);
      node.awaitAnswer(function);
    }
    var findings = new OpenFaasFindings(report);
    var loads = new InterleavedLoads(lab, report, pace);
    List<MeasuredSystem> noop = systems(OpenFaasFindings.NOOP, gateway, node);
    loads.warmUp(OpenFaasFindings.BUSY, noop);
    findings.add(
        OpenFaasFindings.NOOP,
        OpenFaasFindings.NOOP_LOADS,
        loads.rounds(OpenFaasFindings.NOOP_LOADS, noop));
    List<MeasuredSystem> sleep = systems(OpenFaasFindings.SLEEP, gateway, node);
    loads.warmUp(OpenFaasFindings.BUSY, sleep);
    List<Load> busy = List.of(OpenFaasFindings.BUSY);
    findings.add(OpenFaasFindings.SLEEP, busy, loads.rounds(busy, sleep));
  }

  private static List<MeasuredSystem> systems(
      String function, ServerProcess gateway, NodeProcess node) throws IOException {
    return List.of(
        new MeasuredSystem(
            OpenFaasFindings.GATEWAY, post(gateway.url("/function/" + function)), List.of(gateway)),
        new MeasuredSystem(
            OpenFaasFindings.NODE, post(node.function(function)), List.of(gateway, node.server())));
  }

  private static Call post(URI url) {
    return Call.post(url, BODY, NOTHING);
  }
}
