package edge.starling.loadtest.lab;

import edge.starling.loadtest.report.Report;

/**
 * Something to be measured. Its class carries picocli's {@code @Command} with its name and
 * description, and may have options of its own.
 */
public interface Experiment {
  /**
   * Measures, and adds what it finds to the report as soon as it is known.
   *
   * @throws Exception if it could not go on; what was found until then is still reported
   */
  void run(Lab lab, Report report) throws Exception;
}
