package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.DUTY_CHANGED;

import edge.starling.codecs.bus.Bus;
import edge.starling.config.HttpConfig;
import edge.starling.verticles.ingress.HttpMetrics.RouteTimers;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Listens for clients on one event loop. All listeners of a node share one port. */
final class HttpListenerVerticle extends VerticleBase {
  private static final int BACKLOG = 1_024;
  private static final String ASYNC_PREFIX = "/async-function/";
  private static final String OTHER = "other";

  private final Site site;
  private final Pages pages;
  private final IntConsumer listeningOn;
  private final ClientConnections connections;
  private final RouteTimers functionTimers;
  private final RouteTimers otherTimers;
  private @Nullable HttpServer server;
  private Runnable whenStopped = () -> {};

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
    whenStopped.run();
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(site.config().drainTimeout());
  }

  private Future<?> listen(Bus bus) {
    HttpConfig http = site.config().http();
    Operations operations = new Operations(vertx, site, pages, bus);
    whenStopped = operations::close;
    FunctionHandler functions = operations.functions();
    Router router =
        new Routes(vertx, site, request -> exchange(request, otherTimers))
            .router(operations.byId());

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
        bus.on(DUTY_CHANGED, now -> operations.setDuty(now.duty())),
        listening
            .listen(sharedPort(http.port()), http.host())
            .onSuccess(bound -> listeningOn.accept(bound.actualPort())));
  }

  private void handle(HttpServerRequest request, FunctionHandler functions, Router router) {
    if (request.path().startsWith(FunctionHandler.PREFIX)) {
      functions.handle(exchange(request, functionTimers));
      return;
    }
    if (request.path().startsWith(ASYNC_PREFIX)) {
      exchange(request, otherTimers).problem(Problem.notAsynchronous());
      return;
    }
    String fault = RequestHead.targetFault(request.uri());
    if (fault == null) {
      router.handle(request);
    } else {
      exchange(request, otherTimers).problem(Problem.malformed(fault));
    }
  }

  private Exchange exchange(HttpServerRequest request, RouteTimers timers) {
    return new Exchange(vertx, site, request, connections.of(request.connection()), timers);
  }

  private void refuseUnreadable(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    exchange(request, otherTimers).problem(unreadable(cause));
  }

  private static Problem unreadable(Throwable cause) {
    if (cause instanceof Unacceptable refused) {
      return refused.problem();
    }
    if (cause instanceof TooLongHttpLineException) {
      return Problem.of(
          414,
          "uri-too-long",
          "The URL is too long",
          "it may have " + RequestHead.MAX_FIRST_LINE + " bytes");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Problem.of(
          431,
          "headers-too-large",
          "The header fields are too large",
          "they may have " + RequestHead.MAX_FIELDS + " bytes");
    }
    return Problem.malformed("this is no HTTP request");
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setMaxInitialLineLength(RequestHead.MAX_FIRST_LINE)
        .setMaxHeaderSize(RequestHead.MAX_FIELDS)
        .setHttp2ClearTextEnabled(false)
        .setAcceptBacklog(BACKLOG);
  }

  /** Vert.x shares any free port among the listeners that ask for the same negative one. */
  private static int sharedPort(int port) {
    return port == 0 ? -1 : port;
  }
}
