package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.NodeId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunningManycallsTest {
  private static final InvocationId FIRST = new InvocationId("first");
  private static final InvocationId SECOND = new InvocationId("second");

  private final CallsInProgress<NodeId> inProgress = new CallsInProgress<>();
  private final RunningManycalls manycalls = new RunningManycalls(inProgress);

  @Test
  void providersAreNeededUntilTheLastManycallThatMayUseThemEnds() {
    manycalls.begin(FIRST, List.of(A, B));
    manycalls.begin(SECOND, List.of(B));
    manycalls.end(FIRST);

    assertThat(isKept(A)).isFalse();
    assertThat(isKept(B)).isTrue();

    manycalls.end(SECOND);
    manycalls.end(SECOND);

    assertThat(isKept(B)).isFalse();
  }

  @Test
  void aNodeThatWasLostAndIsBackIsNotForgoneForAnOldManycall() {
    manycalls.begin(FIRST, List.of(A));
    inProgress.remove(A);
    manycalls.lost(A);
    inProgress.need(A);

    manycalls.end(FIRST);

    assertThat(isKept(A)).isTrue();
  }

  private boolean isKept(NodeId node) {
    return inProgress.fewest(Set.of(node), any -> true).isPresent();
  }
}
