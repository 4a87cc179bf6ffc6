package edge.starling.verticles.invoker;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.InvokerMessage.Admitted;
import edge.starling.codecs.messages.NodeId;
import org.junit.jupiter.api.Test;

class InflowsTest {
  private final Inflows inflows = new Inflows();

  @Test
  void countsByTheSender() {
    inflows.count(A);
    inflows.count(B);
    inflows.count(A);

    assertThat(inflows.all()).containsExactlyInAnyOrder(new Admitted(A, 2), new Admitted(B, 1));
  }

  @Test
  void keepsThoseThatWereHeardLast() {
    inflows.count(A);
    for (int i = 0; i < Inflows.MOST_SENDERS - 1; i++) {
      inflows.count(new NodeId("node-" + i, 1));
    }
    inflows.count(A);
    inflows.count(B);

    assertThat(inflows.all())
        .hasSize(Inflows.MOST_SENDERS)
        .contains(new Admitted(A, 2), new Admitted(B, 1))
        .doesNotContain(new Admitted(new NodeId("node-0", 1), 1));
  }
}
