package edge.starling.loadtest.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OverloadPlanTest {
  @Test
  void theQuickOneTakesLessThanFiveMinutes() {
    assertThat(OverloadPlan.quick().expected()).isLessThan(Duration.ofMinutes(5));
  }

  @Test
  void theFullOneIsAsLongAsThePublishedExperiment() {
    assertThat(OverloadPlan.full().published()).isEqualTo(Duration.ofMinutes(5));
  }
}
