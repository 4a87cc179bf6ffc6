package edge.starling.loadtest.manycall;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The speed-up by the number of items, ours and the first system's. */
final class SpeedUpChart {
  private SpeedUpChart() {}

  /**
   * @param totals seconds of a manycall by its number of items
   * @param there the first system's speed-up
   */
  static XYChart of(Map<Integer, Double> totals, Map<Integer, Double> there) {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(520)
            .title("Speed-up of a manycall of a slow function on one node")
            .xAxisTitle("items")
            .yAxisTitle("speed-up")
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    double one = totals.getOrDefault(1, Double.NaN);
    List<Double> speedUps = new ArrayList<>();
    totals.forEach((count, total) -> speedUps.add(one * count / total));
    chart.addSeries("Starling", List.copyOf(totals.keySet()), speedUps);
    chart.addSeries(
        "the first system, published", List.copyOf(there.keySet()), List.copyOf(there.values()));
    return chart;
  }
}
