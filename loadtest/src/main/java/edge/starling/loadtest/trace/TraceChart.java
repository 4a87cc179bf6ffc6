package edge.starling.loadtest.trace;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;

/** Refusals and latency with each policy. */
final class TraceChart {
  private TraceChart() {}

  static CategoryChart of(List<PolicyRun> runs) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(900)
            .height(520)
            .title("A day of load with each policy")
            .build();
    chart.getStyler().setXAxisLabelRotation(35).setLegendPosition(LegendPosition.InsideNW);
    chart.setYAxisGroupTitle(0, "refused, % of the calls");
    chart.setYAxisGroupTitle(1, "p99 of the served calls, ms");
    chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
    add(chart, "refused, %", runs, PolicyRun::refusedPercent, 0);
    add(chart, "p99, ms", runs, PolicyRun::p99Millis, 1);
    return chart;
  }

  private static void add(
      CategoryChart chart,
      String name,
      List<PolicyRun> runs,
      ToDoubleFunction<PolicyRun> value,
      int axis) {
    chart
        .addSeries(
            name,
            runs.stream().map(PolicyRun::policy).toList(),
            runs.stream().map(value::applyAsDouble).map(TraceChart::drawn).toList())
        .setYAxisGroup(axis);
  }

  /** A policy that served nothing has no latency. */
  private static double drawn(double value) {
    return Double.isNaN(value) ? 0 : value;
  }
}
