package edge.starling.verticles.load;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.IndexMessage.AskAnnouncements;
import edge.starling.codecs.messages.InvokerMessage.AskOccupancy;
import edge.starling.codecs.messages.LoadMessage.Duty;
import edge.starling.codecs.messages.LoadMessage.DutyNow;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.Probe;
import edge.starling.codecs.messages.LoadMessage.SetDuty;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.config.LoadConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the peers how full this node is: at an interval, which also tells that it is alive, and at
 * once when its last free slot is taken or one is free again.
 */
public final class LoadVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(LoadVerticle.class);

  /** Flips that follow each other faster than this are told together. */
  private static final long PAUSE_MILLIS = 50;

  private final NodeId self;
  private final LoadConfig config;
  private Duty duty = Duty.ACTIVE;
  private boolean reportPending;
  private @Nullable Bus bus;

  public LoadVerticle(NodeId self, LoadConfig config) {
    this.self = self;
    this.config = config;
  }

  @Override
  public Future<?> start() {
    return Bus.open(vertx, self)
        .compose(
            opened -> {
              bus = opened;
              vertx.setPeriodic(config.updateInterval().toMillis(), tick -> tell());
              return Future.all(
                  List.of(
                      opened.serve(Addresses.PROBE, this::probe),
                      opened.on(Addresses.PEER_JOINED, joined -> tellSoon()),
                      opened.serve(Addresses.SET_DUTY, this::setDuty),
                      opened.serve(
                          Addresses.DUTY, ask -> Future.succeededFuture(new DutyNow(duty)))));
            });
  }

  private Future<LoadReport> probe(Probe request) {
    return report();
  }

  private Future<DutyNow> setDuty(SetDuty message) {
    if (duty != Duty.LEAVING && duty != message.duty()) {
      duty = message.duty();
      bus().tellAll(Addresses.DUTY_CHANGED, new DutyNow(duty));
      tell();
    }
    return Future.succeededFuture(new DutyNow(duty));
  }

  private void tellSoon() {
    if (!reportPending) {
      reportPending = true;
      vertx.setTimer(
          PAUSE_MILLIS,
          pauseOver -> {
            reportPending = false;
            tell();
          });
    }
  }

  private void tell() {
    report()
        .onSuccess(report -> bus().tellAll(Addresses.LOAD_REPORTS, report))
        .onFailure(error -> LOG.warn("the load could not be measured: {}", error.getMessage()));
  }

  private Future<LoadReport> report() {
    return bus()
        .request(Addresses.OCCUPANCY, new AskOccupancy())
        .compose(
            now ->
                bus()
                    .request(Addresses.ANNOUNCEMENTS, self, new AskAnnouncements())
                    .map(
                        own ->
                            new LoadReport(
                                self,
                                own.number(),
                                state(now.occupancy()),
                                now.occupancy(),
                                now.capacity(),
                                List.of())));
  }

  private State state(Occupancy occupancy) {
    return switch (duty) {
      case ACTIVE -> busyness(occupancy);
      case CORDONED -> State.CORDONED;
      case DRAINING, LEAVING -> State.DRAINING;
    };
  }

  private static State busyness(Occupancy occupancy) {
    return occupancy.running() >= occupancy.slots() && occupancy.queued() > 0
        ? State.OVERLOADED
        : State.NORMAL;
  }

  private Bus bus() {
    return Objects.requireNonNull(bus, "not started");
  }
}
