package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.START_DRAINING;
import static edge.starling.verticles.ingress.Routes.receiving;
import static edge.starling.verticles.ingress.Routes.serving;

import edge.starling.codecs.bus.Bus;
import edge.starling.config.HttpConfig;
import edge.starling.verticles.ingress.HttpMetrics.RouteTimers;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Listens for clients on one event loop. All listeners of a node share one port. */
final class HttpListenerVerticle extends VerticleBase {
  private static final int MAX_FIRST_LINE = 8 * 1024;
  private static final int MAX_HEADERS = 16 * 1024;
  private static final int MAX_FORM_FIELD = 256 * 1024;
  private static final int MAX_FORM_FIELDS = 1_024;
  private static final int BACKLOG = 1_024;
  private static final String OTHER = "other";

  private final Site site;
  private final Pages pages;
  private final IntConsumer listeningOn;
  private final ClientConnections connections;
  private final RouteTimers functionTimers;
  private final RouteTimers otherTimers;
  private @Nullable HttpServer server;

  /**
   * @param listeningOn is told the port
   */
  HttpListenerVerticle(Site site, Pages pages, IntConsumer listeningOn) {
    this.listeningOn = listeningOn;
    this.site = site;
    this.pages = pages;
    this.connections = new ClientConnections(site);
    this.functionTimers = site.metrics().route(FunctionHandler.PREFIX + "{name}");
    this.otherTimers = site.metrics().route(OTHER);
  }

  @Override
  public Future<?> start() {
    return Bus.open(vertx, site.self()).compose(this::listen);
  }

  /** Answers what has come, takes nothing more, and closes. */
  @Override
  public Future<?> stop() {
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(site.config().drainTimeout());
  }

  private Future<?> listen(Bus bus) {
    HttpConfig http = site.config().http();
    HealthHandler health = new HealthHandler(vertx, site, bus);
    BodyReader bodies = new BodyReader(http.maxBody().bytes());
    Calls calls = new Calls(bus, new AnswerWriter(bus, http.maxBody().bytes()));
    FunctionHandler functions = new FunctionHandler(bodies, calls);
    Router router =
        new Routes(vertx, site, request -> exchange(request, otherTimers))
            .router(operations(bus, health, functions, new ExecutionHandler(bodies, calls)));

    vertx.setPeriodic(
        Math.max(20, http.idleTimeout().toMillis() / 4), timer -> connections.closeIdle());
    HttpServer listening =
        vertx
            .createHttpServer(options())
            .connectionHandler(connections::accept)
            .invalidRequestHandler(this::refuseUnreadable)
            .requestHandler(request -> handle(request, functions, router));
    server = listening;
    return Future.all(
        bus.on(START_DRAINING, start -> health.drain()),
        listening
            .listen(sharedPort(http.port()), http.host())
            .onSuccess(bound -> listeningOn.accept(bound.actualPort())));
  }

  private void handle(HttpServerRequest request, FunctionHandler functions, Router router) {
    if (request.path().startsWith(FunctionHandler.PREFIX)) {
      functions.handle(exchange(request, functionTimers));
    } else {
      router.handle(request);
    }
  }

  private Exchange exchange(HttpServerRequest request, RouteTimers timers) {
    return new Exchange(vertx, site, request, connections.of(request.connection()), timers);
  }

  private Map<String, List<Handler<RoutingContext>>> operations(
      Bus bus, HealthHandler health, FunctionHandler functions, ExecutionHandler executions) {
    DeploymentHandler deployments =
        new DeploymentHandler(bus, site.config().deployment().maxArtefact().bytes());
    CatalogueHandler catalogue = new CatalogueHandler(bus);
    NodesHandler nodes = new NodesHandler(bus);
    Handler<RoutingContext> upload = upload();
    Map<String, List<Handler<RoutingContext>>> operations = new HashMap<>();
    operations.put("dashboard", List.of(serving((call, context) -> pages.dashboard(call))));
    operations.put("openapi", List.of(serving((call, context) -> pages.openapi(call))));
    operations.put("healthz", List.of(serving((call, context) -> health.alive(call))));
    operations.put("readyz", List.of(serving((call, context) -> health.ready(call))));
    operations.put("metrics", List.of(serving((call, context) -> health.metrics(call))));
    operations.put("listNodes", List.of(serving((call, context) -> nodes.handle(call))));
    operations.put("listFunctions", List.of(serving((call, context) -> catalogue.list(call))));
    operations.put(
        "describeFunction",
        List.of(serving((call, context) -> catalogue.describe(call, name(context)))));
    operations.put(
        "createDeployment",
        List.of(
            receiving(
                (call, context) -> {
                  DeploymentHandler.checkForm(call.request(), false);
                  context.next();
                }),
            upload,
            serving(
                (call, context) -> deployments.create(call, context, Routes.isLegacy(context)))));
    operations.put(
        "putDeployment",
        List.of(
            receiving(
                (call, context) -> {
                  DeploymentHandler.checkForm(call.request(), true);
                  context.next();
                }),
            upload,
            serving((call, context) -> deployments.put(call, context, Routes.isLegacy(context)))));
    operations.put("removeDeployment", List.of(serving(deployments::remove)));
    operations.put(
        "execute", List.of(receiving((call, context) -> executions.handle(call, name(context)))));
    for (String method : List.of("get", "head", "post", "put", "patch", "delete", "options")) {
      Handler<RoutingContext> call = receiving((exchange, context) -> functions.handle(exchange));
      operations.put(method + "Function", List.of(call));
      operations.put(method + "FunctionPath", List.of(call));
    }
    return operations;
  }

  private Handler<RoutingContext> upload() {
    long twoFilesAndTheForm = 2 * site.config().deployment().maxArtefact().bytes() + MAX_FORM_FIELD;
    BodyHandler handler =
        BodyHandler.create(site.uploads().toString())
            .setBodyLimit(twoFilesAndTheForm)
            .setMergeFormAttributes(false)
            .setDeleteUploadedFilesOnEnd(false);
    // As a plain handler it may stand behind others of its route.
    return context -> handler.handle(context);
  }

  private void refuseUnreadable(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    exchange(request, otherTimers).problem(unreadable(cause));
  }

  private static Problem unreadable(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Problem.of(
          414, "uri-too-long", "The URL is too long", "it may have " + MAX_FIRST_LINE + " bytes");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Problem.of(
          431,
          "headers-too-large",
          "The header fields are too large",
          "they may have " + MAX_HEADERS + " bytes");
    }
    return Problem.malformed("this is no HTTP request");
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setMaxInitialLineLength(MAX_FIRST_LINE)
        .setMaxHeaderSize(MAX_HEADERS)
        .setMaxFormAttributeSize(MAX_FORM_FIELD)
        .setMaxFormBufferedBytes(MAX_FORM_FIELD)
        .setMaxFormFields(MAX_FORM_FIELDS)
        .setHttp2ClearTextEnabled(false)
        .setAcceptBacklog(BACKLOG);
  }

  /** Vert.x shares any free port among the listeners that ask for the same negative one. */
  private static int sharedPort(int port) {
    return port == 0 ? -1 : port;
  }

  private static String name(RoutingContext context) {
    return Objects.requireNonNull(context.pathParam("name"));
  }
}
