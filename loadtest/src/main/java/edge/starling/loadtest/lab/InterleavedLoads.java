package edge.starling.loadtest.lab;

import edge.starling.loadtest.driver.Measurement;
import edge.starling.loadtest.report.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Puts every load on every system in turns, several times over. */
public final class InterleavedLoads {
  private final Lab lab;
  private final Report report;
  private final Pace pace;

  public InterleavedLoads(Lab lab, Report report, Pace pace) {
    this.lab = lab;
    this.report = report;
    this.pace = pace;
  }

  /** Lets the JVMs compile what the loads run, that of the driver too. */
  public void warmUp(Load load, List<MeasuredSystem> systems)
      throws IOException, InterruptedException {
    for (MeasuredSystem system : systems) {
      lab.progress().phase("warming up: " + system.name(), pace.warmUp());
      measure(load, system, pace.warmUp());
    }
  }

  public Rounds rounds(List<Load> loads, List<MeasuredSystem> systems)
      throws IOException, InterruptedException {
    var rounds = new Rounds();
    for (int round = 1; round <= pace.rounds(); round++) {
      for (Load load : loads) {
        for (MeasuredSystem system : systems) {
          String what =
              "round %d of %d, %s: %s".formatted(round, pace.rounds(), load, system.name());
          lab.progress().phase(what, pace.window());
          rounds.add(load, system.name(), measure(load, system, pace.window()));
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
