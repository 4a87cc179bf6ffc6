package edge.starling.verticles.load;

import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.C;
import static edge.starling.verticles.Sample.HELLO;
import static edge.starling.verticles.Sample.IDLE;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Capacity.Kind;
import edge.starling.codecs.messages.InvokerMessage.Admitted;
import edge.starling.codecs.messages.InvokerMessage.FunctionWork;
import edge.starling.codecs.messages.InvokerMessage.OccupancyNow;
import edge.starling.codecs.messages.LoadMessage.FunctionLoad;
import edge.starling.codecs.messages.LoadMessage.Inflow;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.codecs.messages.RoutingMessage.Arrival;
import edge.starling.codecs.messages.RoutingMessage.Arrivals;
import edge.starling.verticles.Sample;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionLoadsTest {
  private static final Duration SERVICE = Duration.ofMillis(3);

  private final FunctionLoads loads = new FunctionLoads();

  @Test
  void tellsRatesByWhoSends() {
    FunctionLoad load =
        measure(new Capacity(Kind.RATE, 20), 0, 0, 16, new Admitted(B, 3), new Admitted(C, 0));

    assertThat(load)
        .isEqualTo(
            new FunctionLoad(
                HELLO,
                new Capacity(Kind.RATE, 20),
                16,
                List.of(new Inflow(B, 3)),
                false,
                0,
                0,
                SERVICE));
    assertThat(load.slackFor(B, IDLE)).isEqualTo(4);
    assertThat(load.slackFor(null, IDLE)).isEqualTo(1);
  }

  @Test
  void isOverloadedByARateWhenItsOwnClientsSendMore() {
    assertThat(measure(new Capacity(Kind.RATE, 20), 0, 0, 20).overloaded()).isFalse();
    assertThat(
            new FunctionLoads()
                .measure(
                    now(new Capacity(Kind.RATE, 20), 0, 0),
                    new Arrivals(List.of(new Arrival(HELLO, 21))),
                    0)
                .get(0)
                .overloaded())
        .isTrue();
  }

  @Test
  void isOverloadedBySlotsWhenCallsWait() {
    assertThat(measure(new Capacity(Kind.SLOTS, 2), 2, 0, 0).overloaded()).isFalse();
    assertThat(measure(new Capacity(Kind.SLOTS, 2), 2, 1, 0).overloaded()).isTrue();
    assertThat(FunctionLoads.isBusy(new Occupancy(16, 1, 16, 64, 0))).isTrue();
    assertThat(FunctionLoads.isBusy(new Occupancy(16, 0, 16, 64, 0))).isFalse();
  }

  @Test
  void doesNotNameWhatTheInvokerDoesNotName() {
    assertThat(
            loads.measure(
                new OccupancyNow(IDLE, Sample.SLOTS, List.of()),
                new Arrivals(List.of(new Arrival(HELLO, 1))),
                0))
        .isEmpty();
  }

  private FunctionLoad measure(
      Capacity capacity, int running, int queued, long arrivals, Admitted... admitted) {
    return loads
        .measure(
            now(capacity, running, queued, admitted),
            new Arrivals(List.of(new Arrival(HELLO, arrivals))),
            0)
        .get(0);
  }

  private static OccupancyNow now(
      Capacity capacity, int running, int queued, Admitted... admitted) {
    return new OccupancyNow(
        IDLE,
        Sample.SLOTS,
        List.of(new FunctionWork(HELLO, capacity, List.of(admitted), running, queued, SERVICE)));
  }
}
