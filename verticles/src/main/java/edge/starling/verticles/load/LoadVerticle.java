package edge.starling.verticles.load;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.ConfigurationMessage.ConfigurationChanged;
import edge.starling.codecs.messages.IndexMessage.Announcements;
import edge.starling.codecs.messages.IndexMessage.AskAnnouncements;
import edge.starling.codecs.messages.InvokerMessage.AskOccupancy;
import edge.starling.codecs.messages.InvokerMessage.OccupancyNow;
import edge.starling.codecs.messages.LoadMessage.Duty;
import edge.starling.codecs.messages.LoadMessage.DutyNow;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.Probe;
import edge.starling.codecs.messages.LoadMessage.SetDuty;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.codecs.messages.RoutingMessage.Arrivals;
import edge.starling.codecs.messages.RoutingMessage.AskArrivals;
import edge.starling.config.ConfigLoader;
import edge.starling.config.LoadConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures this node's load and tells the peers: at an interval, which also tells that it is alive,
 * and soon after the state or the slack of a function has changed.
 */
public final class LoadVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(LoadVerticle.class);

  /** Between two looks at the load, and so the least time between two reports. */
  private static final long LOOK_MILLIS = 100;

  private final NodeId self;
  private final Counter reports;
  private final FunctionLoads functions = new FunctionLoads();
  private final News news;
  private Duration updateInterval;
  private Duty duty = Duty.ACTIVE;
  private boolean hasNewPeer;
  private long intervalTimer = -1;
  private @Nullable Bus bus;

  public LoadVerticle(NodeId self, LoadConfig config, MeterRegistry metrics) {
    this.self = self;
    this.updateInterval = config.updateInterval();
    this.news = new News(config.slackChange());
    this.reports = metrics.counter("starling.load.reports");
  }

  @Override
  public Future<?> start() {
    return Bus.open(vertx, self)
        .compose(
            opened -> {
              bus = opened;
              tellAtInterval();
              vertx.setPeriodic(LOOK_MILLIS, tick -> look());
              return Future.all(
                  List.of(
                      opened.serve(Addresses.PROBE, this::probe),
                      opened.on(Addresses.PEER_JOINED, joined -> hasNewPeer = true),
                      opened.on(Addresses.CONFIGURATION_CHANGED, this::configurationChanged),
                      opened.serve(Addresses.SET_DUTY, this::setDuty),
                      opened.serve(
                          Addresses.DUTY, ask -> Future.succeededFuture(new DutyNow(duty)))));
            });
  }

  private void configurationChanged(ConfigurationChanged changed) {
    LoadConfig config = ConfigLoader.load(null, Map.of(), changed.assignments()).load();
    news.setShare(config.slackChange());
    if (!updateInterval.equals(config.updateInterval())) {
      updateInterval = config.updateInterval();
      tellAtInterval();
    }
  }

  private void tellAtInterval() {
    vertx.cancelTimer(intervalTimer);
    intervalTimer = vertx.setPeriodic(updateInterval.toMillis(), tick -> tell());
  }

  private Future<LoadReport> probe(Probe request) {
    return measure();
  }

  private Future<DutyNow> setDuty(SetDuty message) {
    if (duty != Duty.LEAVING && duty != message.duty()) {
      duty = message.duty();
      bus().tellAll(Addresses.DUTY_CHANGED, new DutyNow(duty));
      tell();
    }
    return Future.succeededFuture(new DutyNow(duty));
  }

  private void look() {
    measure()
        .onSuccess(
            report -> {
              if (hasNewPeer || news.isIn(report)) {
                hasNewPeer = false;
                tell(report);
              }
            });
  }

  private void tell() {
    measure()
        .onSuccess(this::tell)
        .onFailure(error -> LOG.warn("the load could not be measured: {}", error.getMessage()));
  }

  private void tell(LoadReport report) {
    news.told(report);
    reports.increment();
    bus().tellAll(Addresses.LOAD_REPORTS, report);
  }

  private Future<LoadReport> measure() {
    // the router is there a little later than this verticle, and ends a little earlier
    Future<Arrivals> arrivals =
        bus().request(Addresses.ARRIVALS, new AskArrivals()).otherwise(new Arrivals(List.of()));
    Future<OccupancyNow> occupancy = bus().request(Addresses.OCCUPANCY, new AskOccupancy());
    Future<Announcements> own =
        bus().request(Addresses.ANNOUNCEMENTS, self, new AskAnnouncements());
    return Future.all(arrivals, occupancy, own)
        .map(all -> report(occupancy.result(), arrivals.result(), own.result()));
  }

  private LoadReport report(OccupancyNow now, Arrivals arrivals, Announcements own) {
    return new LoadReport(
        self,
        own.number(),
        state(now.occupancy()),
        now.occupancy(),
        now.capacity(),
        functions.measure(now, arrivals, System.nanoTime()));
  }

  private State state(Occupancy occupancy) {
    return switch (duty) {
      case ACTIVE -> FunctionLoads.isBusy(occupancy) ? State.OVERLOADED : State.NORMAL;
      case CORDONED -> State.CORDONED;
      case DRAINING, LEAVING -> State.DRAINING;
    };
  }

  private Bus bus() {
    return Objects.requireNonNull(bus, "not started");
  }
}
