package edge.starling.verticles.ingress;

import static edge.starling.verticles.ingress.Routes.receiving;
import static edge.starling.verticles.ingress.Routes.serving;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.LoadMessage.Duty;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Which handler serves which operation of the OpenAPI document. One for each listener. */
final class Operations {
  private final Map<String, List<Handler<RoutingContext>>> byId = new HashMap<>();
  private final FunctionHandler functions;
  private final HealthHandler health;
  private final LogsHandler logs;

  Operations(Vertx vertx, Site site, Pages pages, Bus bus) {
    long maxBody = site.config().http().maxBody().bytes();
    RequestReader bodies = new RequestReader(maxBody);
    Calls calls = new Calls(bus, new AnswerWriter(bus, maxBody));
    this.functions = new FunctionHandler(bodies, calls);
    this.logs = new LogsHandler(vertx, bus, site);
    this.health = new HealthHandler(vertx, site, bus);

    serve("dashboard", (exchange, context) -> pages.dashboard(exchange));
    serve("openapi", (exchange, context) -> pages.openapi(exchange));
    serve("healthz", (exchange, context) -> health.alive(exchange));
    serve("readyz", (exchange, context) -> health.ready(exchange));
    serve("metrics", (exchange, context) -> health.metrics(exchange));
    NodesHandler nodes = new NodesHandler(bus);
    serve("listNodes", (exchange, context) -> nodes.list(exchange));
    serve("describeState", (exchange, context) -> nodes.describeState(exchange));
    byId.put(
        "changeState",
        List.of(
            receiving(
                (exchange, context) ->
                    bodies.read(exchange, text -> nodes.changeState(exchange, text)))));
    ConfigurationHandler configuration = new ConfigurationHandler(bus);
    serve("describeConfiguration", (exchange, context) -> configuration.show(exchange));
    byId.put(
        "changeConfiguration",
        List.of(
            receiving(
                (exchange, context) ->
                    bodies.read(exchange, text -> configuration.change(exchange, text)))));
    openFaas(bus, bodies);
    CatalogueHandler catalogue = new CatalogueHandler(bus);
    serve("listFunctions", (exchange, context) -> catalogue.list(exchange));
    serve("describeFunction", (exchange, context) -> catalogue.describe(exchange, name(context)));
    long maxArtefact = site.config().deployment().maxArtefact().bytes();
    FormReader forms = new FormReader(vertx, site.uploads(), maxArtefact);
    deployments(new DeploymentHandler(bus, forms, maxArtefact));
    calls(new ExecutionHandler(bodies, calls));
    long maxManycall = site.config().manycall().maxBody().bytes();
    ManycallHandler manycalls =
        new ManycallHandler(
            bus, new BodySpooler(vertx, site.uploads(), "manycall.max-body", maxManycall));
    byId.put(
        "manycall",
        List.of(
            receiving(
                (exchange, context) ->
                    manycalls.handle(exchange, name(context), Routes.isLegacy(context)))));
  }

  Map<String, List<Handler<RoutingContext>>> byId() {
    return Map.copyOf(byId);
  }

  FunctionHandler functions() {
    return functions;
  }

  /** A node that drains says that it is not ready. */
  void setDuty(Duty duty) {
    health.setDraining(duty == Duty.DRAINING || duty == Duty.LEAVING);
  }

  /** The node stops: answers end that would go on for ever. */
  void close() {
    logs.close();
  }

  private void openFaas(Bus bus, RequestReader bodies) {
    FunctionList list = new FunctionList(bus);
    NamespacesHandler namespaces = new NamespacesHandler(bus, list);
    SecretsHandler secrets = new SecretsHandler(bus, namespaces);
    ImagesHandler images = new ImagesHandler(bus);
    OpenFaasHandler openFaas = new OpenFaasHandler(bus, list, images, namespaces, secrets);
    ScaleHandler scale = new ScaleHandler(bus, openFaas, images);
    serve("openFaasInfo", (exchange, context) -> openFaas.info(exchange));
    serve("openFaasFunctions", (exchange, context) -> openFaas.list(exchange));
    serve("openFaasFunction", (exchange, context) -> openFaas.describe(exchange, name(context)));
    read("openFaasCreate", bodies, context -> openFaas::create);
    read("openFaasUpdate", bodies, context -> openFaas::update);
    read("openFaasRemove", bodies, context -> openFaas::remove);
    read("openFaasScale", bodies, context -> (to, body) -> scale.scale(to, name(context), body));
    serve("openFaasLogs", (exchange, context) -> logs.read(exchange));
    serve("openFaasNamespaces", (exchange, context) -> namespaces.list(exchange));
    read("openFaasCreateNamespace", bodies, context -> namespaces::create);
    serve("openFaasNamespace", (exchange, context) -> namespaces.describe(exchange, name(context)));
    read(
        "openFaasUpdateNamespace",
        bodies,
        context -> (to, body) -> namespaces.update(to, name(context), body));
    read(
        "openFaasRemoveNamespace",
        bodies,
        context -> (to, body) -> namespaces.remove(to, name(context)));
    serve("openFaasSecrets", (exchange, context) -> secrets.list(exchange));
    read("openFaasCreateSecret", bodies, context -> secrets::create);
    read("openFaasUpdateSecret", bodies, context -> secrets::update);
    read("openFaasRemoveSecret", bodies, context -> secrets::remove);
    serve("asyncFunction", (exchange, context) -> exchange.problem(Problem.notAsynchronous()));
    serve("asyncFunctionPath", (exchange, context) -> exchange.problem(Problem.notAsynchronous()));
  }

  /** An operation that has the whole body of its request in memory. */
  private void read(
      String id, RequestReader bodies, Function<RoutingContext, BiConsumer<Exchange, Bytes>> step) {
    byId.put(
        id,
        List.of(
            receiving(
                (exchange, context) -> {
                  BiConsumer<Exchange, Bytes> take = step.apply(context);
                  bodies.read(exchange, body -> take.accept(exchange, body));
                })));
  }

  private void calls(ExecutionHandler executions) {
    byId.put(
        "execute",
        List.of(receiving((exchange, context) -> executions.handle(exchange, name(context)))));
    Handler<RoutingContext> call = receiving((exchange, context) -> functions.handle(exchange));
    for (String method : List.of("get", "head", "post", "put", "patch", "delete", "options")) {
      byId.put(method + "Function", List.of(call));
      byId.put(method + "FunctionPath", List.of(call));
    }
  }

  private void deployments(DeploymentHandler deployments) {
    byId.put(
        "createDeployment",
        List.of(
            receiving(
                (exchange, context) -> deployments.create(exchange, Routes.isLegacy(context)))));
    byId.put(
        "putDeployment",
        List.of(
            receiving(
                (exchange, context) ->
                    deployments.put(exchange, context, Routes.isLegacy(context)))));
    serve("removeDeployment", deployments::remove);
    serve("adoptFunction", deployments::adopt);
  }

  private void serve(String id, BiConsumer<Exchange, RoutingContext> step) {
    byId.put(id, List.of(serving(step)));
  }

  private static String name(RoutingContext context) {
    return Objects.requireNonNull(context.pathParam("name"));
  }
}
