package edge.starling.loadtest.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.internal.chartpart.Chart;

/** All that an experiment found, added to while it runs. For one thread. */
@JsonPropertyOrder({
  "experiment",
  "quick",
  "machine",
  "rows",
  "targets",
  "skipped",
  "published",
  "errors"
})
public final class Report {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final String experiment;
  private final boolean quick;
  private final Machine machine;
  private final List<Row> rows = new ArrayList<>();
  private final List<Target> targets = new ArrayList<>();
  private final List<Skipped> skipped = new ArrayList<>();
  private final List<Published> published = new ArrayList<>();
  private final Map<String, Long> errors = new TreeMap<>();
  private @Nullable Chart<?, ?> chart;

  public Report(String experiment, boolean quick, Machine machine) {
    this.experiment = experiment;
    this.quick = quick;
    this.machine = machine;
  }

  public void add(Row row) {
    rows.add(row);
  }

  public void add(Target target) {
    targets.add(target);
  }

  public void add(Skipped what) {
    skipped.add(what);
  }

  public void add(Published figure) {
    published.add(figure);
  }

  /** Calls of a system that did not end as they should; any makes the run fail. */
  public void addErrors(String system, Map<String, Long> counts) {
    counts.forEach((problem, count) -> errors.merge(system + ": " + problem, count, Long::sum));
  }

  public void show(Chart<?, ?> chart) {
    this.chart = chart;
  }

  @JsonProperty
  public String experiment() {
    return experiment;
  }

  @JsonProperty
  public boolean quick() {
    return quick;
  }

  @JsonProperty
  public Machine machine() {
    return machine;
  }

  @JsonProperty
  public List<Row> rows() {
    return List.copyOf(rows);
  }

  @JsonProperty
  public List<Target> targets() {
    return List.copyOf(targets);
  }

  @JsonProperty
  public List<Skipped> skipped() {
    return List.copyOf(skipped);
  }

  @JsonProperty
  public List<Published> published() {
    return List.copyOf(published);
  }

  @JsonProperty
  public Map<String, Long> errors() {
    return Map.copyOf(errors);
  }

  @JsonIgnore
  public @Nullable Chart<?, ?> chart() {
    return chart;
  }

  public String toJson() throws IOException {
    return JSON.writeValueAsString(this);
  }

  public void writeJson(Path file) throws IOException {
    JSON.writeValue(file.toFile(), this);
  }
}
