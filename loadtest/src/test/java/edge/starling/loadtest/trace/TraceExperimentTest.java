package edge.starling.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TraceExperimentTest {
  @Test
  void policiesMayHaveParameters() {
    assertThat("a,static:here=0.6,step=2,random,b:x=1".split(TraceExperiment.BETWEEN_POLICIES))
        .containsExactly("a", "static:here=0.6,step=2", "random", "b:x=1");
  }
}
