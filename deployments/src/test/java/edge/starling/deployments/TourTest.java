package edge.starling.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TourTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void noStepTrustsANodeThatOnlySaysYes() throws Exception {
    Steps steps = steps(MINUTE);
    try (RecordingServer node = new RecordingServer()) {
      node.answerAllWithJson(200, "{}");

      tour(node, steps).run(true);
    }

    assertThat(steps.done()).isGreaterThan(10);
    assertThat(steps.wrong()).isEqualTo(steps.done());
    assertThat(printed()).doesNotContain("✓").contains("✗ call echo", "✗ deploy wordcount");
  }

  @Test
  void withoutPythonItLeavesTheWordsUncountedAndSaysSo() throws Exception {
    try (RecordingServer node = new RecordingServer()) {
      node.answerAllWithJson(200, "{}");

      tour(node, steps(MINUTE)).run(false);

      assertThat(node.asked()).noneMatch(asked -> asked.path().contains("wordcount"));
    }
    assertThat(printed()).contains("– wordcount is left out").doesNotContain("deploy wordcount");
  }

  @Test
  void noStepBeginsWhenTheTimeIsOver() throws Exception {
    Steps steps = steps(Duration.ZERO);
    try (RecordingServer node = new RecordingServer()) {
      tour(node, steps).run(true);

      assertThat(node.asked()).isEmpty();
    }
    assertThat(steps.wrong()).isEqualTo(steps.done());
  }

  private Tour tour(RecordingServer node, Steps steps) throws IOException {
    DemoNode demoNode = new DemoNode("node-1", node.url());
    DemoNode other = new DemoNode("node-2", node.url());
    return new Tour(List.of(demoNode, other), new Samples(folder), steps);
  }

  private Steps steps(Duration atMost) {
    return new Steps(new PrintStream(out, true, StandardCharsets.UTF_8), atMost);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
