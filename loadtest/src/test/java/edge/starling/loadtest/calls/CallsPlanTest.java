package edge.starling.loadtest.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallsPlanTest {
  @Test
  void theQuickOneLeavesAMinuteOfItsFive() {
    assertThat(CallsPlan.quick().expected(3)).isLessThan(Duration.ofMinutes(4));
  }
}
