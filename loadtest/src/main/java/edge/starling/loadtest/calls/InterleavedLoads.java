package edge.starling.loadtest.calls;

import edge.starling.loadtest.driver.Measurement;
import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.report.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Puts every load on every system in turns, several times over. */
final class InterleavedLoads {
  private final Lab lab;
  private final Report report;
  private final CallsPlan plan;

  InterleavedLoads(Lab lab, Report report, CallsPlan plan) {
    this.lab = lab;
    this.report = report;
    this.plan = plan;
  }

  /** Lets the JVMs compile what the loads run, that of the driver too. */
  void warmUp(List<MeasuredSystem> systems) throws IOException, InterruptedException {
    for (MeasuredSystem system : systems) {
      lab.progress().phase("warming up: " + system.name(), plan.warmUp());
      measure(CallsFindings.SHARED_LOAD, system, plan.warmUp());
    }
  }

  Rounds rounds(List<MeasuredSystem> systems) throws IOException, InterruptedException {
    var rounds = new Rounds();
    for (int round = 1; round <= plan.rounds(); round++) {
      for (Load load : CallsPlan.LOADS) {
        for (MeasuredSystem system : systems) {
          String what =
              "round %d of %d, %s: %s".formatted(round, plan.rounds(), load, system.name());
          lab.progress().phase(what, plan.window());
          rounds.add(load, system.name(), measure(load, system, plan.window()));
        }
      }
    }
    return rounds;
  }

  private Sample measure(Load load, MeasuredSystem system, Duration window)
      throws IOException, InterruptedException {
    Duration serversBefore = system.cpu();
    Duration driverBefore = lab.driverCpu();
    Measurement measured = load.put(lab.driver(), system.call(), window);
    report.addErrors(system.name(), measured.errors());
    return Sample.of(
        measured, system.cpu().minus(serversBefore), lab.driverCpu().minus(driverBefore));
  }
}
