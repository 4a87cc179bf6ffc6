package edge.starling.loadtest;

import edge.starling.loadtest.bodies.BodiesExperiment;
import edge.starling.loadtest.calls.CallsExperiment;
import edge.starling.loadtest.faults.FaultsExperiment;
import edge.starling.loadtest.forwarding.ForwardingExperiment;
import edge.starling.loadtest.lab.Experiment;
import edge.starling.loadtest.manycall.ManycallExperiment;
import edge.starling.loadtest.openfaas.OpenFaasExperiment;
import edge.starling.loadtest.overload.OverloadExperiment;
import edge.starling.loadtest.trace.TraceExperiment;
import java.util.List;

/** All experiments, in the order in which they are listed. */
final class Experiments {
  private Experiments() {}

  static List<Experiment> all() {
    return List.of(
        new CallsExperiment(),
        new FaultsExperiment(),
        new BodiesExperiment(),
        new ManycallExperiment(),
        new OverloadExperiment(),
        new ForwardingExperiment(),
        new TraceExperiment(),
        new OpenFaasExperiment());
  }
}
