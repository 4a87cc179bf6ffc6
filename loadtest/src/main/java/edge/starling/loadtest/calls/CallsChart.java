package edge.starling.loadtest.calls;

import edge.starling.loadtest.report.Published;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Our shares of the bare server's rate among the published ones, highest first. */
final class CallsChart {
  private record Bar(String system, double share, boolean ours) {}

  private CallsChart() {}

  static CategoryChart of(double localShare, double forwardedShare, List<Published> published) {
    List<Bar> bars =
        Stream.concat(
                Stream.of(
                    new Bar("bare server", 1, true),
                    new Bar("Starling, local", localShare, true),
                    new Bar("Starling, forwarded", forwardedShare, true)),
                published.stream().map(each -> new Bar(each.name(), each.value(), false)))
            .sorted(Comparator.comparingDouble(Bar::share).reversed())
            .toList();
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(900)
            .height(520)
            .title("Calls a second as a share of a bare server's, at " + CallsFindings.SHARED_LOAD)
            .yAxisTitle("share")
            .build();
    chart.getStyler().setOverlapped(true).setLabelsVisible(false);
    chart.getStyler().setXAxisLabelRotation(35).setLegendPosition(LegendPosition.InsideNE);
    addSeries(chart, "measured in this run", bars, true);
    addSeries(chart, "published or measured before", bars, false);
    return chart;
  }

  private static void addSeries(CategoryChart chart, String name, List<Bar> bars, boolean ours) {
    chart.addSeries(
        name,
        bars.stream().map(Bar::system).toList(),
        bars.stream().map(bar -> bar.ours() == ours ? bar.share() : 0.0).toList());
  }
}
