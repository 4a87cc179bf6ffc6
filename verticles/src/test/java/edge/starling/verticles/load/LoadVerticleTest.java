package edge.starling.verticles.load;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.FULL;
import static edge.starling.verticles.Sample.IDLE;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.IndexMessage.Announcements;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.PeerJoined;
import edge.starling.codecs.messages.InvokerMessage.OccupancyNow;
import edge.starling.codecs.messages.LoadMessage.Duty;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.Probe;
import edge.starling.codecs.messages.LoadMessage.SetDuty;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.config.LoadConfig;
import edge.starling.verticles.Sample;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadVerticleTest {
  private static final Duration NEVER = Duration.ofHours(1);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Queue<LoadReport> reports = new ConcurrentLinkedQueue<>();
  private final AtomicInteger measured = new AtomicInteger();
  private Bus bus;
  private volatile Occupancy occupancy = IDLE;
  private volatile long announcements = 3;

  @BeforeEach
  void standInForInvokerAndIndex() {
    Bus.install(vertx, new CborCodec());
    bus = await(onContext(() -> Bus.open(vertx, A)));
    await(
        onContext(
            () ->
                Future.all(
                    bus.serve(
                        Addresses.OCCUPANCY,
                        asked -> {
                          measured.incrementAndGet();
                          return Future.succeededFuture(
                              new OccupancyNow(occupancy, Sample.SLOTS, List.of()));
                        }),
                    bus.serve(
                        Addresses.ANNOUNCEMENTS,
                        asked ->
                            Future.succeededFuture(new Announcements(A, announcements, List.of()))),
                    bus.on(Addresses.LOAD_REPORTS, reports::add))));
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  void reportsAtTheInterval() {
    deploy(Duration.ofMillis(50));
    Awaitility.await().until(() -> reports.size() >= 2);
    assertThat(reports)
        .containsOnly(new LoadReport(A, 3, State.NORMAL, IDLE, Sample.SLOTS, List.of()));

    occupancy = FULL;
    announcements = 4;

    Awaitility.await()
        .until(
            () ->
                reports.contains(
                    new LoadReport(A, 4, State.OVERLOADED, FULL, Sample.SLOTS, List.of())));
  }

  @Test
  void reportsToANodeThatHasJoined() {
    deploy(NEVER);

    tell(() -> bus.tellAll(Addresses.PEER_JOINED, new PeerJoined(new Member(B, "http://b"))));

    Awaitility.await().until(() -> !reports.isEmpty());
    assertThat(reports)
        .containsOnly(new LoadReport(A, 3, State.NORMAL, IDLE, Sample.SLOTS, List.of()));
  }

  @Test
  void isOverloadedWhileCallsWaitForASlot() {
    deploy(NEVER);

    assertThat(stateWith(new Occupancy(15, 0, 16, 64, 0))).isEqualTo(State.NORMAL);
    assertThat(stateWith(new Occupancy(16, 0, 16, 64, 0))).isEqualTo(State.NORMAL);
    assertThat(stateWith(new Occupancy(16, 1, 16, 64, 0))).isEqualTo(State.OVERLOADED);
  }

  @Test
  void saysThatItIsLeavingAtOnceAndFromThenOn() {
    deploy(NEVER);

    tell(() -> bus.request(Addresses.SET_DUTY, new SetDuty(Duty.DRAINING)));

    Awaitility.await()
        .until(
            () ->
                reports.contains(
                    new LoadReport(A, 3, State.DRAINING, IDLE, Sample.SLOTS, List.of())));
    assertThat(stateWith(FULL)).isEqualTo(State.DRAINING);
  }

  @Test
  void comesBackFromBeingCordonedButNotFromLeaving() {
    deploy(NEVER);

    tell(() -> bus.request(Addresses.SET_DUTY, new SetDuty(Duty.CORDONED)));
    assertThat(stateWith(IDLE)).isEqualTo(State.CORDONED);
    tell(() -> bus.request(Addresses.SET_DUTY, new SetDuty(Duty.ACTIVE)));
    assertThat(stateWith(IDLE)).isEqualTo(State.NORMAL);
    tell(() -> bus.request(Addresses.SET_DUTY, new SetDuty(Duty.LEAVING)));
    tell(() -> bus.request(Addresses.SET_DUTY, new SetDuty(Duty.ACTIVE)));
    assertThat(stateWith(IDLE)).isEqualTo(State.DRAINING);
  }

  private State stateWith(Occupancy now) {
    occupancy = now;
    LoadReport report = await(onContext(() -> bus.request(Addresses.PROBE, new Probe())));
    assertThat(report.occupancy()).isEqualTo(now);
    return report.state();
  }

  private void deploy(Duration interval) {
    await(
        vertx.deployVerticle(
            new LoadVerticle(
                A,
                new LoadConfig(interval, interval.multipliedBy(2), 0.1),
                new SimpleMeterRegistry())));
  }

  private void tell(Runnable notice) {
    context.runOnContext(ignored -> notice.run());
  }

  private <T> Future<T> onContext(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(ignored -> work.get().onComplete(done));
    return done.future();
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
