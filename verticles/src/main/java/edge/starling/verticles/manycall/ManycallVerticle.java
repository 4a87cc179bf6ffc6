package edge.starling.verticles.manycall;

import static edge.starling.codecs.messages.Addresses.ABANDON_MANYCALL;
import static edge.starling.codecs.messages.Addresses.BEGIN_MANYCALL;
import static edge.starling.codecs.messages.Addresses.CONFIGURATION_CHANGED;
import static edge.starling.codecs.messages.Addresses.END_MANYCALL;
import static edge.starling.codecs.messages.Addresses.START_MANYCALL;
import static edge.starling.codecs.messages.Addresses.TAKE_FROM_MANYCALL;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.ConfigurationMessage.ConfigurationChanged;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.ManycallMessage.Abandon;
import edge.starling.codecs.messages.ManycallMessage.Cause;
import edge.starling.codecs.messages.ManycallMessage.NotStarted;
import edge.starling.codecs.messages.ManycallMessage.Start;
import edge.starling.codecs.messages.ManycallMessage.StartAnswer;
import edge.starling.codecs.messages.ManycallMessage.Started;
import edge.starling.codecs.messages.ManycallMessage.Take;
import edge.starling.codecs.messages.ManycallMessage.Taken;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.RoutingMessage.BeginManycall;
import edge.starling.codecs.messages.RoutingMessage.EndManycall;
import edge.starling.codecs.messages.RoutingMessage.ManycallBegun;
import edge.starling.config.ConfigLoader;
import edge.starling.config.NodeConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves manycalls: checks the request, has the router serve each item, and hands out the answer as
 * it grows.
 */
public final class ManycallVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(ManycallVerticle.class);

  private final NodeId self;
  private final BytesInFlight bytes;
  private final MeterRegistry metrics;
  private final Counter refusals;
  private final Map<InvocationId, Running> running = new HashMap<>();
  private final Set<InvocationId> starting = new HashSet<>();
  private NodeConfig config;
  private @Nullable Bus bus;

  private record Open(Duration functionTimeout, ItemsFile items) {}

  private record Running(Manycall manycall, Output output, ItemsFile items, SpillStore spill) {}

  public ManycallVerticle(
      NodeId self, NodeConfig config, BytesInFlight bytes, MeterRegistry metrics) {
    this.self = self;
    this.config = config;
    this.bytes = bytes;
    this.metrics = metrics;
    this.refusals =
        Counter.builder("starling.manycall.refusals")
            .description("Manycalls refused because of manycall.at-once")
            .register(metrics);
  }

  @Override
  public Future<?> start() {
    Gauge.builder("starling.manycall.running", running, Map::size)
        .description("Manycalls that are being served")
        .register(metrics);
    Gauge.builder("starling.manycall.in.flight", this, ManycallVerticle::itemsInFlight)
        .description("Items that have been sent and are not answered")
        .register(metrics);
    return Bus.open(vertx, self)
        .compose(
            opened -> {
              bus = opened;
              return Future.all(
                  opened.serve(START_MANYCALL, this::start),
                  opened.serve(TAKE_FROM_MANYCALL, this::take),
                  opened.on(ABANDON_MANYCALL, this::abandon),
                  opened.on(CONFIGURATION_CHANGED, this::changed));
            });
  }

  private Future<StartAnswer> start(Start request) {
    if (starting.size() + running.size() >= config.manycall().atOnce()) {
      refusals.increment();
      return Future.succeededFuture(
          new NotStarted(
              Cause.BUSY,
              "this node serves as many manycalls as it may at once (manycall.at-once)"));
    }
    starting.add(request.id());
    Path document = Path.of(request.path());
    NodeConfig now = config;
    return vertx
        .executeBlocking(
            () -> ManycallDocument.check(document, now.manycall(), now.http().maxBody().bytes()),
            false)
        .compose(terms -> begin(request, document, terms.within(request.remaining())))
        .recover(error -> notStarted(error))
        .onComplete(done -> starting.remove(request.id()));
  }

  /** Manycalls that run already go on as they began. */
  private void changed(ConfigurationChanged notice) {
    config = ConfigLoader.load(null, Map.of(), notice.assignments());
  }

  private static Future<StartAnswer> notStarted(Throwable error) {
    return error instanceof Rejection rejection
        ? Future.succeededFuture(
            new NotStarted(rejection.why(), String.valueOf(rejection.getMessage())))
        : Future.failedFuture(error);
  }

  private Future<StartAnswer> begin(Start request, Path document, Terms terms) {
    return bus()
        .request(BEGIN_MANYCALL, new BeginManycall(request.id(), request.function()))
        .recover(
            silence ->
                Future.failedFuture(
                    new Rejection(
                        Cause.INDEX_SILENT, "the providers could not be looked up in time")))
        .compose(begun -> open(request, document, begun))
        .map(items -> run(request, terms, items));
  }

  private Future<Open> open(Start request, Path document, ManycallBegun begun) {
    Duration timeout = begun.timeout();
    return timeout == null
        ? Future.failedFuture(
            new Rejection(
                Cause.UNKNOWN_FUNCTION, "there is no function " + request.function().shortest()))
        : vertx.executeBlocking(() -> new Open(timeout, new ItemsFile(document)), false);
  }

  private StartAnswer run(Start request, Terms terms, Open open) {
    SpillStore spill = new SpillStore(vertx, Path.of(request.path() + ".answers"));
    Promise<Manycall> made = Promise.promise();
    Output output =
        new Output(
            request.form(),
            terms.items(),
            config.manycall().buffer().bytes(),
            spill,
            task -> context.runOnContext(none -> task.run()),
            () -> made.future().onSuccess(Manycall::goOn));
    Manycall manycall =
        new Manycall(
            self,
            terms,
            open.functionTimeout,
            () -> read(open.items),
            new CallsClient(vertx, bus(), request.function(), bytes, maxBody()),
            output,
            System::nanoTime,
            () -> bus().tell(END_MANYCALL, self, new EndManycall(request.id())));
    made.complete(manycall);
    running.put(request.id(), new Running(manycall, output, open.items, spill));
    manycall.begin();
    if (!starting.contains(request.id())) {
      close(request.id()); // the client has gone meanwhile
    }
    return new Started(terms.items());
  }

  private CompletionStage<List<Item>> read(ItemsFile items) {
    return vertx.executeBlocking(items::next, false).toCompletionStage();
  }

  private Future<Taken> take(Take request) {
    Running taken = running.get(request.id());
    if (taken == null) {
      return Future.failedFuture("there is no such manycall");
    }
    return Future.fromCompletionStage(taken.output.take(), context)
        .onSuccess(
            part -> {
              if (part.last()) {
                close(request.id());
              }
            })
        .onFailure(
            lost -> {
              LOG.error("the answers of manycall {} are lost", request.id(), lost);
              close(request.id());
            });
  }

  private void abandon(Abandon notice) {
    starting.remove(notice.id());
    close(notice.id());
  }

  private void close(InvocationId id) {
    Running over = running.remove(id);
    if (over != null) {
      over.manycall.abandon();
      over.spill.close();
      vertx
          .executeBlocking(
              () -> {
                over.items.close();
                return id;
              },
              false)
          .onFailure(error -> LOG.warn("a manycall's file cannot be closed", error));
    }
  }

  private int itemsInFlight() {
    return running.values().stream().mapToInt(each -> each.manycall.inFlight()).sum();
  }

  private int maxBody() {
    return Math.toIntExact(config.http().maxBody().bytes());
  }

  private Bus bus() {
    return Objects.requireNonNull(bus, "not started");
  }
}
