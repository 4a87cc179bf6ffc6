package edge.starling.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TargetTest {
  @Test
  void isMetAtItsBound() {
    assertThat(Target.atLeast("share", 0.25, 0.25).met()).isTrue();
    assertThat(Target.atLeast("share", 0.2499, 0.25).met()).isFalse();
    assertThat(Target.atMost("ms", 5, 5).met()).isTrue();
    assertThat(Target.atMost("ms", 5.001, 5).met()).isFalse();
  }

  @Test
  void isNotMetByWhatWasNotMeasured() {
    Target unmeasured = Target.atMost("ms", Double.NaN, 5);

    assertThat(unmeasured.met()).isFalse();
    assertThat(unmeasured.value()).isNull();
    assertThat(Target.atLeast("share", Double.NaN, 0.25).met()).isFalse();
  }

  @Test
  void anAimDoesNotDecide() {
    assertThat(Target.atLeast("share", 0.3, 0.25).aimingAt(0.5).met()).isTrue();
  }
}
