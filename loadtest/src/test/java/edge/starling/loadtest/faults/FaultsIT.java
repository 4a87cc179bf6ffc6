package edge.starling.loadtest.faults;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.loadtest.Main;
import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.report.Machine;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Target;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import picocli.CommandLine;

/** The experiment, as long as a build can wait for it, and without what a clock tells. */
@EnabledOnOs(OS.LINUX)
class FaultsIT {
  /** How much memory is in use after a minute says little. */
  private static final Set<String> OF_LONG_RUNS = Set.of("heap after the run, share of before");

  @Test
  void noCallIsLostOrRunsAgainstTheRuleWhateverBreaks() throws Exception {
    var experiment = new FaultsExperiment();
    new CommandLine(experiment).parseArgs("--seed", "4", "--minutes", "1", "--rounds", "0");
    var report = new Report("faults", true, Machine.here());

    var lab = new Lab(true, StartedNodes.jar(), Main.class.getName());
    boolean good = false;
    try {
      experiment.run(lab, report);
      assertThat(lab.lastWordsOfTheDead()).isEmpty();
      assertThat(report.targets())
          .as(report.toJson())
          .hasSizeGreaterThan(OF_LONG_RUNS.size())
          .allMatch(target -> target.met() || OF_LONG_RUNS.contains(target.name()));
      assertThat(report.errors()).as(report.toJson()).isEmpty();
      assertThat(report.targets())
          .extracting(Target::name)
          .contains("lost calls", "counters that do not go back to zero");
      good = true;
    } finally {
      lab.end(!good).ifPresent(kept -> System.err.println("logs and data are kept in " + kept));
    }
  }
}
