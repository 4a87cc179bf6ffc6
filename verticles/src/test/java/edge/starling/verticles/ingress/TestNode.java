package edge.starling.verticles.ingress;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodiesMessage.Piece;
import edge.starling.codecs.messages.BodiesMessage.Read;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.ConfigurationMessage.ChangeAnswer;
import edge.starling.codecs.messages.ConfigurationMessage.ChangeConfiguration;
import edge.starling.codecs.messages.ConfigurationMessage.Changed;
import edge.starling.codecs.messages.ConfigurationMessage.Configuration;
import edge.starling.codecs.messages.DeploymentMessage.Deploy;
import edge.starling.codecs.messages.DeploymentMessage.DeployAnswer;
import edge.starling.codecs.messages.DeploymentMessage.Recovered;
import edge.starling.codecs.messages.DeploymentMessage.Undeploy;
import edge.starling.codecs.messages.DeploymentMessage.Undeployed;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.IndexMessage.Found;
import edge.starling.codecs.messages.IndexMessage.FunctionPage;
import edge.starling.codecs.messages.IndexMessage.ListFunctions;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.InvokerMessage.Count;
import edge.starling.codecs.messages.InvokerMessage.Counted;
import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import edge.starling.codecs.messages.LedgerMessage.Lines;
import edge.starling.codecs.messages.LoadMessage.Duty;
import edge.starling.codecs.messages.LoadMessage.DutyNow;
import edge.starling.codecs.messages.LoadMessage.Loads;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Response;
import edge.starling.codecs.messages.RoutingMessage.Drained;
import edge.starling.codecs.messages.RoutingMessage.Route;
import edge.starling.config.BasicAuthConfig;
import edge.starling.config.ByteSize;
import edge.starling.config.CapacityConfig;
import edge.starling.config.ClusterConfig;
import edge.starling.config.DeploymentConfig;
import edge.starling.config.HttpConfig;
import edge.starling.config.IndexConfig;
import edge.starling.config.InvokerConfig;
import edge.starling.config.LoadConfig;
import edge.starling.config.LogsConfig;
import edge.starling.config.ManycallConfig;
import edge.starling.config.NodeConfig;
import edge.starling.config.OpenFaasConfig;
import edge.starling.config.ProcessConfig;
import edge.starling.config.RoutingConfig;
import edge.starling.config.RuntimesConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/** The ingress on a Vert.x of its own; recorders stand where the other verticles would be. */
final class TestNode implements AutoCloseable {
  static final NodeId SELF = new NodeId("node-1", 1);
  static final NodeId PEER = new NodeId("node-2", 4);

  final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final AtomicBoolean joined = new AtomicBoolean(true);
  final Queue<Route> routed = new ConcurrentLinkedQueue<>();
  final Queue<String> cancelled = new ConcurrentLinkedQueue<>();
  final Queue<Duration> drains = new ConcurrentLinkedQueue<>();
  final Queue<String> released = new ConcurrentLinkedQueue<>();
  final Queue<Deploy> deployed = new ConcurrentLinkedQueue<>();
  final Queue<ListFunctions> listed = new ConcurrentLinkedQueue<>();

  volatile Function<Route, Future<? extends Outcome>> router = TestNode::echo;
  volatile Function<Read, Future<Piece>> bodies = read -> Future.succeededFuture(new Piece(null));
  volatile Function<Deploy, Future<? extends DeployAnswer>> deployment =
      deploy -> Future.failedFuture("not expected");
  volatile Function<Undeploy, Undeployed> removal = undeploy -> new Undeployed(null);
  volatile Function<Lookup, Found> lookup = ask -> new Found(null);
  volatile FunctionPage page = new FunctionPage(List.of(), false);
  volatile int pending;
  volatile Members members = new Members(List.of(new Member(SELF, "http://127.0.0.1:1")));
  volatile Duty duty = Duty.ACTIVE;
  volatile Loads loads = new Loads(List.of(), List.of(), List.of());
  volatile Function<Count, Future<Counted>> counts =
      ask -> Future.succeededFuture(new Counted(1, 2, 3, 4, 5));

  volatile Function<ReadLog, Future<LogLines>> log =
      ask -> Future.succeededFuture(new LogLines(false, List.of(), 0, 0, 0));
  volatile Function<ReadLog, Future<LogLines>> peersLog = ask -> log.apply(ask);

  final Queue<ChangeConfiguration> changes = new ConcurrentLinkedQueue<>();
  volatile List<String> settings = List.of();
  volatile ChangeAnswer changed = new Changed(List.of(), List.of(SELF));

  final HttpClient http = HttpClient.newHttpClient();
  private final Vertx vertx = Vertx.vertx();
  private final IngressVerticle ingress;
  private final StandIns standIns = new StandIns();
  private final String deploymentId;

  TestNode(Path data) throws Exception {
    this(data, limits("32MiB", "0", 10_000, Duration.ofMinutes(2)), 1);
  }

  TestNode(Path data, HttpConfig config, int listeners) throws Exception {
    Bus.install(vertx, new CborCodec());
    await(vertx.deployVerticle(standIns));
    ingress =
        new IngressVerticle(
            SELF,
            node(data, config),
            new BytesInFlight(config.bytesInFlight().bytes()),
            registry,
            joined::get,
            listeners);
    deploymentId = await(vertx.deployVerticle(ingress));
  }

  static HttpConfig limits(String body, String inFlight, int connections, Duration idle) {
    return new HttpConfig(
        "127.0.0.1",
        0,
        "",
        ByteSize.parse(body),
        ByteSize.parse(inFlight),
        connections,
        idle,
        BasicAuthConfig.OFF);
  }

  private static NodeConfig node(Path data, HttpConfig http) {
    return new NodeConfig(
        "",
        data.toString(),
        Duration.ofSeconds(2),
        http,
        new ClusterConfig(
            "t", "127.0.0.1", 0, 0, "", "", List.of(), false, "", Duration.ofSeconds(1)),
        new IndexConfig(Duration.ofMillis(500), Duration.ofDays(7)),
        new RoutingConfig("local-first", 1),
        new ManycallConfig(
            "least-in-progress", 64, 100, ByteSize.parse("1MiB"), ByteSize.parse("1MiB"), 2),
        new CapacityConfig(CapacityConfig.Kind.SLOTS, 100, 0.9, true),
        new InvokerConfig(16, 64, 0),
        new LogsConfig(new ByteSize(1 << 18), new ByteSize(1 << 24), 2),
        new ProcessConfig(
            "python3", 1, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)),
        new RuntimesConfig(
            new RuntimesConfig.ProcessRuntime(RuntimesConfig.Switch.AUTO), OpenFaasConfig.OFF),
        new DeploymentConfig(new ByteSize(64 * 1024), Duration.ofSeconds(60)),
        new LoadConfig(Duration.ofSeconds(1), Duration.ofSeconds(2), 0.1));
  }

  int port() {
    return ingress.port();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send(request(path, headers).GET());
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return send(request(path, headers).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Duration.ofSeconds(20));
    return headers.length == 0 ? request : request.headers(headers);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  void startDraining() {
    standIns.onContext(bus -> bus.tellAll(Addresses.DUTY_CHANGED, new DutyNow(Duty.LEAVING)));
  }

  double inFlight() {
    return registry.get("starling.http.bytes.in.flight").gauge().value();
  }

  Future<?> undeploy() {
    return vertx.undeploy(deploymentId);
  }

  <T> Future<T> later(Duration delay, T value) {
    return vertx.timer(delay.toMillis(), TimeUnit.MILLISECONDS).map(value);
  }

  static Future<? extends Outcome> echo(Route route) {
    return Future.succeededFuture(answer(route.request().body()));
  }

  static Completed answer(Body body) {
    return answer(new Response(200, Headers.of("Content-Type", "text/x-echo"), body));
  }

  static Completed answer(Response response) {
    return new Completed(response, PEER, 1, Duration.ZERO, Duration.ofNanos(123_456));
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws Exception {
    await(vertx.close());
  }

  /** What the other verticles would serve. */
  private final class StandIns extends VerticleBase {
    private volatile Bus bus;

    void onContext(Consumer<Bus> action) {
      context.runOnContext(go -> action.accept(bus));
    }

    @Override
    public Future<?> start() {
      return Future.all(
              Bus.open(vertx, SELF).onSuccess(opened -> bus = opened), Bus.open(vertx, PEER))
          .compose(
              opened -> {
                Bus peer = opened.resultAt(1);
                return Future.all(
                    List.of(
                        bus.serve(
                            Addresses.ROUTE,
                            route -> {
                              routed.add(route);
                              return router.apply(route);
                            }),
                        bus.on(Addresses.CANCEL, cancel -> cancelled.add(cancel.id().value())),
                        peer.serve(Addresses.READ_BODY, read -> bodies.apply(read)),
                        peer.on(Addresses.RELEASE_BODY, release -> released.add(release.key())),
                        bus.serve(
                            Addresses.DEPLOY,
                            deploy -> {
                              deployed.add(deploy);
                              return deployment.apply(deploy);
                            }),
                        bus.serve(
                            Addresses.UNDEPLOY,
                            undeploy -> Future.succeededFuture(removal.apply(undeploy))),
                        bus.serve(
                            Addresses.LOOKUP, ask -> Future.succeededFuture(lookup.apply(ask))),
                        bus.serve(
                            Addresses.LIST_FUNCTIONS,
                            ask -> {
                              listed.add(ask);
                              return Future.succeededFuture(page);
                            }),
                        bus.serve(Addresses.LIST_MEMBERS, ask -> Future.succeededFuture(members)),
                        bus.serve(Addresses.DUTY, ask -> Future.succeededFuture(new DutyNow(duty))),
                        bus.serve(
                            Addresses.SET_DUTY,
                            set -> {
                              duty = duty == Duty.LEAVING ? duty : set.duty();
                              return Future.succeededFuture(new DutyNow(duty));
                            }),
                        bus.serve(
                            Addresses.DRAIN,
                            drain -> {
                              drains.add(drain.patience());
                              return Future.succeededFuture(new Drained(2));
                            }),
                        bus.serve(
                            Addresses.CONFIGURATION,
                            ask -> Future.succeededFuture(new Configuration(settings))),
                        bus.serve(
                            Addresses.CHANGE_CONFIGURATION,
                            change -> {
                              changes.add(change);
                              return Future.succeededFuture(changed);
                            }),
                        bus.serve(
                            Addresses.LINES, ask -> Future.succeededFuture(new Lines(List.of()))),
                        bus.serve(Addresses.LOADS, ask -> Future.succeededFuture(loads)),
                        bus.serve(
                            Addresses.RECOVERED,
                            ask -> Future.succeededFuture(new Recovered(pending))),
                        bus.serve(Addresses.COUNT, ask -> counts.apply(ask)),
                        bus.serve(Addresses.READ_LOG, ask -> log.apply(ask)),
                        peer.serve(Addresses.READ_LOG, ask -> peersLog.apply(ask))));
              });
    }
  }
}
