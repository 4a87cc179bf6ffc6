package edge.starling.verticles.ingress;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of the OpenAPI document, each with its handlers; whatever else is asked for is {@code
 * 404} or {@code 405}. The document and the handlers have to name the same operations.
 */
final class Routes {
  /** The prefix under which answers have the form of the system that came first. */
  static final String LEGACY_PREFIX = "/api/v1";

  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
  private static final String LEGACY_FUNCTIONS = LEGACY_PREFIX + "/functions";
  private static final String OPENFAAS = "/system/";
  private static final String EXCHANGE = "exchange";

  private final Vertx vertx;
  private final Site site;
  private final Function<HttpServerRequest, Exchange> exchanges;
  private final AllowedMethods allowed = new AllowedMethods();

  Routes(Vertx vertx, Site site, Function<HttpServerRequest, Exchange> exchanges) {
    this.vertx = vertx;
    this.site = site;
    this.exchanges = exchanges;
  }

  /**
   * @param operations by the ids that they have in the document
   * @throws IllegalStateException where the document has other operations
   */
  Router router(Map<String, List<Handler<RoutingContext>>> operations) {
    checkComplete(site.contract(), operations.keySet());
    RouterBuilder builder = RouterBuilder.create(vertx, site.contract());
    operations.forEach((id, handlers) -> fill(builder.getRoute(id), handlers));
    Router documented = builder.createRouter();
    documented.getRoutes().forEach(Routes::alsoHead);
    site.contract().operations().forEach(this::allow);

    Router root = Router.router(vertx);
    root.route().handler(this::open).failureHandler(this::failed);
    root.route(LEGACY_PREFIX + "/*").handler(this::onlyFunctions).subRouter(documented);
    root.route("/*").subRouter(documented);
    root.route().handler(this::unmatched);
    return root;
  }

  /** A step of an operation for which the whole request is there. */
  static Handler<RoutingContext> serving(BiConsumer<Exchange, RoutingContext> step) {
    return receiving(
        (exchange, context) -> {
          exchange.serves();
          step.accept(exchange, context);
        });
  }

  /** A step of an operation that comes before the request's body, or reads it by itself. */
  static Handler<RoutingContext> receiving(BiConsumer<Exchange, RoutingContext> step) {
    return context -> {
      Exchange exchange = exchange(context);
      exchange.attempt(() -> step.accept(exchange, context));
    };
  }

  static boolean isLegacy(RoutingContext context) {
    return context.request().path().startsWith(LEGACY_PREFIX + "/");
  }

  /** Fails the start of a node whose routes and document differ. */
  static void checkComplete(OpenAPIContract contract, Set<String> handled) {
    Set<String> undocumented = new TreeSet<>(handled);
    undocumented.removeAll(documented(contract));
    Set<String> unhandled = documented(contract);
    unhandled.removeAll(handled);
    if (!undocumented.isEmpty() || !unhandled.isEmpty()) {
      throw new IllegalStateException(
          "operations without a handler: " + unhandled + ", undocumented: " + undocumented);
    }
  }

  private static Set<String> documented(OpenAPIContract contract) {
    return contract.operations().stream()
        .map(Operation::getOperationId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void fill(OpenAPIRoute route, List<Handler<RoutingContext>> handlers) {
    String path = route.getOperation().getOpenAPIPath();
    // The handlers check by themselves: their messages name the field and what is allowed.
    route.setDoValidation(false);
    route.addHandler(
        context -> {
          exchange(context).measuredAs(site.metrics().route(path));
          context.next();
        });
    if (isManagement(path)) {
      route.addHandler(this::onlyWithCredentials);
    }
    handlers.forEach(route::addHandler);
  }

  /** What changes functions or the node, and all that clients of OpenFaaS send credentials for. */
  private static boolean isManagement(String path) {
    return path.startsWith(OPENFAAS)
        || path.startsWith("/functions/deployments")
        || path.equals("/configuration")
        || path.equals("/nodes/self/state");
  }

  private void onlyWithCredentials(RoutingContext context) {
    if (site.credentials().allow(context.request().getHeader(HttpHeaders.AUTHORIZATION))) {
      context.next();
    } else {
      context.response().putHeader("WWW-Authenticate", Credentials.CHALLENGE);
      exchange(context).problem(Problem.unauthorized());
    }
  }

  private static void alsoHead(Route route) {
    Set<HttpMethod> methods = route.methods();
    if (methods != null && methods.contains(HttpMethod.GET)) {
      route.method(HttpMethod.HEAD);
    }
  }

  private void allow(Operation operation) {
    String path = operation.getOpenAPIPath();
    allow(path, operation.getHttpMethod());
    if (path.startsWith("/functions")) {
      allow(LEGACY_PREFIX + path, operation.getHttpMethod());
    }
  }

  private void allow(String path, HttpMethod method) {
    allowed.add(path, method.name());
    if (HttpMethod.GET.equals(method)) {
      allowed.add(path, HttpMethod.HEAD.name());
    }
  }

  private void open(RoutingContext context) {
    exchange(context, exchanges);
    context.next();
  }

  private void onlyFunctions(RoutingContext context) {
    String path = context.request().path();
    if (path.equals(LEGACY_FUNCTIONS) || path.startsWith(LEGACY_FUNCTIONS + "/")) {
      context.next();
    } else {
      unmatched(context);
    }
  }

  private void unmatched(RoutingContext context) {
    String path = context.request().path();
    String methods = allowed.of(path);
    if (methods.isEmpty()) {
      exchange(context)
          .problem(Problem.of(404, "not-found", "There is nothing here", "no such path: " + path));
    } else {
      context.response().putHeader(HttpHeaders.ALLOW, methods);
      exchange(context).problem(Problem.methodNotAllowed(methods));
    }
  }

  private void failed(RoutingContext context) {
    Exchange exchange = exchange(context, exchanges);
    // A request that breaks off because its client has gone fails as well, and is no fault.
    if (!exchange.isOver()) {
      exchange.problem(problem(context));
    }
  }

  private Problem problem(RoutingContext context) {
    Throwable fault = context.failure();
    if (context.statusCode() < 500) {
      return Problem.malformed(
          fault == null || fault.getMessage() == null
              ? "the request cannot be read"
              : fault.getMessage());
    }
    LOG.error("{} {} failed", context.request().method(), context.request().path(), fault);
    return Problem.of(500, "internal", "This node failed", "see the node's log");
  }

  private static Exchange exchange(RoutingContext context) {
    return Objects.requireNonNull(context.get(EXCHANGE));
  }

  /** A request can fail before its first handler, and then has no exchange yet. */
  private static Exchange exchange(
      RoutingContext context, Function<HttpServerRequest, Exchange> exchanges) {
    Exchange known = context.get(EXCHANGE);
    if (known != null) {
      return known;
    }
    Exchange opened = exchanges.apply(context.request());
    if (context.request().path().startsWith(OPENFAAS)) {
      opened.speakPlainly();
    }
    context.put(EXCHANGE, opened);
    return opened;
  }
}
