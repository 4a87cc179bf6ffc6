package edge.starling.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.CategoryChartBuilder;

class ReportTest {
  private static final Machine MACHINE =
      new Machine("Linux", "a processor", 2, 4096, "OpenJDK 17", 0.5);

  @Test
  void isWrittenAsJson() throws Exception {
    JsonNode json = new ObjectMapper().readTree(report().toJson());

    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "experiment", "quick", "machine", "rows", "targets", "skipped", "published", "errors");
    assertThat(json.get("experiment").textValue()).isEqualTo("calls");
    assertThat(json.at("/machine/processors").intValue()).isEqualTo(2);
    assertThat(json.at("/rows/0/system").textValue()).isEqualTo("local");
    assertThat(json.at("/rows/0/rounds/1").doubleValue()).isEqualTo(2.0);
    assertThat(json.at("/targets/0"))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    "{\"name\":\"share\",\"value\":0.3,\"target\":\">= 0.25\",\"met\":true,\"aim\":0.5}"));
    assertThat(json.at("/targets/1").toString())
        .isEqualTo("{\"name\":\"ms\",\"value\":null,\"target\":\"<= 5\",\"met\":false}");
    assertThat(json.at("/skipped/0/reason").textValue()).isEqualTo("not installed");
    assertThat(json.at("/errors/local: status 503").longValue()).isEqualTo(3);
  }

  @Test
  void addsUpTheErrors() {
    Report report = report();

    report.addErrors("local", Map.of("status 503", 2L, "wrong body", 1L));

    assertThat(report.errors()).isEqualTo(Map.of("local: status 503", 5L, "local: wrong body", 1L));
  }

  @Test
  void isShownAsTables() {
    String text = TextReport.of(report());

    assertThat(text)
        .startsWith("calls (quick) on 2 x a processor")
        .contains("system  calls per s\nlocal        12,345\nbare              -\n")
        .contains("HAProxy")
        .contains("NOT MET")
        .contains("not measured")
        .contains("skipped: HAProxy (not installed)")
        .contains("ERRORS\n  3 x local: status 503");
    assertThat(text).doesNotContain("rounds");
  }

  @Test
  void drawsChartsAsSvg(@TempDir Path folder) throws Exception {
    var chart = new CategoryChartBuilder().title("shares").build();
    chart.addSeries("ours", List.of("a", "b"), List.of(0.5, 0.25));
    Path file = folder.resolve("chart.svg");

    ChartFile.write(chart, file);

    assertThat(Files.readString(file)).contains("<svg").contains("<path");
  }

  private static Report report() {
    var report = new Report("calls", true, MACHINE);
    report.add(
        Row.of("system", "local").and("calls_per_s", 12345.4).and("rounds", List.of(1.0, 2.0)));
    report.add(Row.of("system", "bare").and("calls_per_s", Double.NaN).and("rounds", List.of()));
    report.add(Target.atLeast("share", 0.3, 0.25).aimingAt(0.5));
    report.add(Target.atMost("ms", Double.NaN, 5));
    report.add(new Skipped("HAProxy", "not installed"));
    report.add(new Published("HAProxy, one hop", 0.42, "of bare"));
    report.addErrors("local", Map.of("status 503", 3L));
    return report;
  }
}
