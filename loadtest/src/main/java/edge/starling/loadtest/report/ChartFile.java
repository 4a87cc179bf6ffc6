package edge.starling.loadtest.report;

import java.io.IOException;
import java.nio.file.Path;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.internal.chartpart.Chart;

/** Writes a chart as SVG. */
public final class ChartFile {
  private static final String ENDING = ".svg";

  private ChartFile() {}

  /**
   * @param file ends in {@code .svg}
   */
  public static void write(Chart<?, ?> chart, Path file) throws IOException {
    String name = file.toString();
    if (!name.endsWith(ENDING)) {
      throw new IOException(name + ": charts are written as *" + ENDING);
    }
    VectorGraphicsEncoder.saveVectorGraphic(chart, name, VectorGraphicsFormat.SVG);
  }
}
