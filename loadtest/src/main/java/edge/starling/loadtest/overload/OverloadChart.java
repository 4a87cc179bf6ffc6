package edge.starling.loadtest.overload;

import edge.starling.loadtest.overload.SecondBySecond.Second;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What each node served in each second, and what was refused. */
final class OverloadChart {
  private OverloadChart() {}

  static XYChart of(String title, List<Second> seconds, Collection<String> nodes) {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(520)
            .title(title)
            .xAxisTitle("second")
            .yAxisTitle("calls")
            .build();
    chart.getStyler().setYAxisMin(0.0).setLegendPosition(LegendPosition.OutsideE);
    nodes.forEach(node -> add(chart, "served by " + node, seconds, each -> each.servedBy(node)));
    add(chart, "refused (503)", seconds, Second::refused);
    return chart;
  }

  private static void add(
      XYChart chart, String name, List<Second> seconds, ToLongFunction<Second> value) {
    chart
        .addSeries(
            name,
            seconds.stream().map(Second::second).toList(),
            seconds.stream().map(value::applyAsLong).toList())
        .setMarker(SeriesMarkers.NONE);
  }
}
