package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.HELLO;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.RoutingMessage.Arrival;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArrivalCountsTest {
  private final HandClock clock = new HandClock();
  private final ArrivalCounts arrivals = new ArrivalCounts(clock);

  @Test
  void namesWhatWasCalledLatelyAndGoesOnCounting() {
    arrivals.count(HELLO);
    clock.advance(Duration.ofSeconds(2));
    arrivals.count(FunctionName.parse("other"));

    assertThat(arrivals.lately())
        .containsExactlyInAnyOrder(
            new Arrival(HELLO, 1), new Arrival(FunctionName.parse("other"), 1));

    clock.advance(Duration.ofMillis(1));
    assertThat(arrivals.lately()).doesNotContain(new Arrival(HELLO, 1));

    arrivals.count(HELLO);
    assertThat(arrivals.lately()).contains(new Arrival(HELLO, 2));
  }
}
