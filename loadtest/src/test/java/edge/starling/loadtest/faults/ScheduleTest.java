package edge.starling.loadtest.faults;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.loadtest.faults.Schedule.Step;
import edge.starling.loadtest.network.LinkState;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final List<String> NODES = List.of("n1", "n2", "n3");
  private static final List<String> FUNCTIONS = List.of("f");
  private static final Duration LENGTH = Duration.ofMinutes(20);

  @Test
  void theSameSeedMakesTheSame() {
    assertThat(of(5)).isEqualTo(of(5)).isNotEqualTo(of(6));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverIsBrokenIsMended(long seed) {
    Set<String> broken = new HashSet<>();
    for (Step step : of(seed)) {
      Action action = step.action();
      if (action instanceof Action.Kill kill) {
        assertThat(broken.add(kill.node())).isTrue();
      } else if (action instanceof Action.Terminate terminate) {
        assertThat(broken.add(terminate.node())).isTrue();
      } else if (action instanceof Action.Restart restart) {
        assertThat(broken.remove(restart.node())).isTrue();
      } else if (action instanceof Action.Stop stop) {
        assertThat(broken.add("stopped " + stop.node())).isTrue();
      } else if (action instanceof Action.Continue go) {
        assertThat(broken.remove("stopped " + go.node())).isTrue();
      } else if (action instanceof Action.SetLink link) {
        String ends = link.one() + link.other();
        if (link.state().equals(LinkState.UP)) {
          broken.remove(ends);
        } else {
          broken.add(ends);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void goesOnInOrderUntilTheEnd() {
    List<Step> steps = of(1);

    assertThat(steps).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
    assertThat(steps.get(steps.size() - 1).at())
        .isBetween(LENGTH.minusMinutes(1), LENGTH.plusSeconds(10));
  }

  @Test
  void breaksEverythingThatCanBeBrokenInTime() {
    assertThat(of(1).stream().map(step -> step.action().getClass().getSimpleName()).distinct())
        .containsExactlyInAnyOrder(
            "Kill",
            "Terminate",
            "Restart",
            "Stop",
            "Continue",
            "SetLink",
            "Update",
            "Deploy",
            "Remove");
  }

  private static List<Step> of(long seed) {
    return Schedule.of(seed, NODES, FUNCTIONS, LENGTH);
  }
}
