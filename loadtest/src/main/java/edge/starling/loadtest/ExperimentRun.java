package edge.starling.loadtest;

import edge.starling.loadtest.lab.Experiment;
import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.report.ChartFile;
import edge.starling.loadtest.report.Machine;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.TextReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Runs an experiment and reports what it found, also if it could not go on to the end.
 *
 * @param json where to write the findings; null for nowhere
 * @param chart where to draw them; null for nowhere
 */
record ExperimentRun(
    boolean quick,
    Path jar,
    @Nullable Path json,
    @Nullable Path chart,
    PrintWriter out,
    PrintWriter err) {

  /**
   * The run's exit status: 0 only if the experiment went to its end without a wrong call, and its
   * findings are written.
   */
  int run(String name, Experiment experiment) {
    var report = new Report(name, quick, Machine.here());
    boolean complete = false;
    try {
      complete = isMeasured(experiment, report);
      write(report);
    } catch (IOException e) {
      err.println("cannot write the findings: " + e.getMessage());
      complete = false;
    }
    return complete && report.errors().isEmpty() ? 0 : 1;
  }

  private boolean isMeasured(Experiment experiment, Report report) throws IOException {
    var lab = new Lab(quick, jar, Main.class.getName());
    boolean complete = false;
    try {
      experiment.run(lab, report);
      complete = true;
    } catch (InterruptedException e) {
      err.println("interrupted");
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      err.println("The experiment could not go on: " + e.getMessage());
    }
    lab.lastWordsOfTheDead().forEach(err::println);
    boolean keep = !complete || !report.errors().isEmpty();
    lab.end(keep).ifPresent(kept -> err.println("The servers' logs and data are kept in " + kept));
    return complete;
  }

  private void write(Report report) throws IOException {
    out.print(TextReport.of(report));
    out.flush();
    if (json != null) {
      report.writeJson(json);
    }
    var drawn = report.chart();
    if (chart != null && drawn != null) {
      ChartFile.write(drawn, chart);
    }
  }
}
