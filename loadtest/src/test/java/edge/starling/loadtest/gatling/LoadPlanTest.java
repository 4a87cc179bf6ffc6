package edge.starling.loadtest.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadPlanTest {
  private static final URI URL = URI.create("http://127.0.0.1:1/function/noop");

  @Test
  void isReadAsItWasWritten(@TempDir Path folder) throws Exception {
    Stream steps =
        new Stream("n2", "GET", URL.toString(), List.of(new Step(0, 1), new Step(7.5, 2)));
    Stream steady = Stream.posts("n1", URL, 50, Duration.ofSeconds(40));
    LoadPlan plan = LoadPlan.of(List.of(Phase.of("main", steady, steps)));
    plan.write(folder.resolve("plan.json"));
    assertThat(LoadPlan.read(folder.resolve("plan.json"))).isEqualTo(plan);
  }

  @Test
  void aPhaseLastsAsLongAsItsLongestStream() {
    Stream steps =
        new Stream("n2", "GET", URL.toString(), List.of(new Step(0, 30), new Step(1, 20)));
    Phase phase = Phase.of("main", Stream.posts("n1", URL, 50, Duration.ofSeconds(40)), steps);
    assertThat(phase.loaded()).isEqualTo(Duration.ofSeconds(50));
    assertThat(phase.lasting()).isGreaterThan(phase.loaded());
  }

  @Test
  void namesAreCellsOfTheResults() {
    assertThatThrownBy(() -> Phase.of("one, two")).hasMessageContaining("one, two");
    assertThatThrownBy(() -> new Stream("a,b", "GET", "", List.of())).hasMessageContaining("a,b");
  }

  @Test
  void ratesBelowZeroAreRefused() {
    assertThatThrownBy(() -> new Step(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Step(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
