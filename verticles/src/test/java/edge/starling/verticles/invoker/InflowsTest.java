package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.InvokerMessage.Inflow;
import edge.starling.codecs.messages.NodeId;
import org.junit.jupiter.api.Test;

class InflowsTest {
  private static final NodeId A = new NodeId("a", 1);
  private static final NodeId B = new NodeId("b", 1);
  private static final long SECOND = 1_000_000_000L;

  private final Inflows inflows = new Inflows();

  @Test
  void tellsEverySendersRateAndForgetsTheSilent() {
    inflows.count(A, 0);
    inflows.count(A, SECOND / 2);
    inflows.count(B, SECOND / 2);

    assertThat(inflows.within(SECOND / 2))
        .containsExactlyInAnyOrder(new Inflow(A, 2), new Inflow(B, 1));
    assertThat(inflows.within(3 * SECOND)).isEmpty();
  }

  @Test
  void isBoundedInItsSenders() {
    for (int i = 0; i < 2 * Inflows.MOST_SENDERS; i++) {
      inflows.count(new NodeId("n" + i, 1), 0);
    }
    assertThat(inflows.within(0)).hasSize(Inflows.MOST_SENDERS);

    inflows.count(A, 3 * SECOND);
    assertThat(inflows.within(3 * SECOND)).containsExactly(new Inflow(A, 1));
  }
}
