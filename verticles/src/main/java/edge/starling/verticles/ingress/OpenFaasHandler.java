package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.COUNT;
import static edge.starling.codecs.messages.Addresses.LOOKUP;
import static edge.starling.codecs.messages.Addresses.PLACE;
import static edge.starling.codecs.messages.Addresses.UNDEPLOY;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.DeploymentMessage.DeployAnswer;
import edge.starling.codecs.messages.DeploymentMessage.Mode;
import edge.starling.codecs.messages.DeploymentMessage.Place;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import edge.starling.codecs.messages.DeploymentMessage.Undeploy;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.InvokerMessage.Count;
import edge.starling.codecs.messages.InvokerMessage.Counted;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The functions of the whole cluster, as clients of OpenFaaS ask for them and change them. */
final class OpenFaasHandler {
  private static final String RELEASE =
      Objects.requireNonNullElse(
          OpenFaasHandler.class.getPackage().getImplementationVersion(), "dev");

  private final Bus bus;
  private final FunctionList functions;
  private final ImagesHandler images;
  private final NamespacesHandler namespaces;
  private final SecretsHandler secrets;

  OpenFaasHandler(
      Bus bus,
      FunctionList functions,
      ImagesHandler images,
      NamespacesHandler namespaces,
      SecretsHandler secrets) {
    this.bus = bus;
    this.images = images;
    this.functions = functions;
    this.namespaces = namespaces;
    this.secrets = secrets;
  }

  /** {@code GET /system/info}. */
  void info(Exchange exchange) {
    exchange.openFaas(
        200,
        Map.of(
            "provider",
            Map.of(
                "provider",
                "starling",
                "version",
                Map.of("sha", "", "release", RELEASE),
                "orchestration",
                "starling"),
            "version",
            Map.of("commit_message", "", "sha", "", "release", RELEASE),
            "arch",
            System.getProperty("os.arch", "")));
  }

  /** {@code GET /system/functions}: of one namespace. */
  void list(Exchange exchange) {
    String namespace = OpenFaasNames.namespace(exchange.request().getParam("namespace"));
    namespaces
        .check(namespace)
        .compose(known -> functions.all(entry -> isIn(namespace, entry), this::status))
        .onComplete(all -> exchange.openFaas(200, all), fault -> exchange.fail(fault));
  }

  /** {@code GET /system/function/{name}}. */
  void describe(Exchange exchange, String name) {
    FunctionName function = OpenFaasNames.inPath(exchange.request(), name);
    find(function)
        .compose(
            entry ->
                entry.isEmpty()
                    ? Future.succeededFuture(Optional.<OpenFaasStatus>empty())
                    : status(entry.get()).map(Optional::of))
        .onComplete(
            status ->
                status.ifPresentOrElse(
                    found -> exchange.openFaas(200, found), () -> exchange.empty(404)),
            fault -> exchange.fail(fault));
  }

  /** {@code POST /system/functions}: a new function, on this node. */
  void create(Exchange exchange, Bytes document) {
    OpenFaasDeployment wanted = OpenFaasDeployment.parse(document.array());
    answer(
        exchange,
        namespaces
            .check(wanted.function().namespace())
            .compose(known -> secretsOf(wanted))
            .compose(checked -> take(Mode.CREATE, wanted, List.of(bus.self()))));
  }

  /** {@code PUT /system/functions}: another version of one that there is, where it is. */
  void update(Exchange exchange, Bytes document) {
    OpenFaasDeployment wanted = OpenFaasDeployment.parse(document.array());
    answer(
        exchange,
        secretsOf(wanted)
            .compose(checked -> existing(wanted.function(), "function: "))
            .compose(entry -> take(Mode.PUT, wanted, whereItRuns(entry))));
  }

  /** {@code DELETE /system/functions}: from all nodes. */
  void remove(Exchange exchange, Bytes document) {
    FunctionName function = OpenFaasDocument.parse(document.array()).function("functionName");
    existing(function, "function ")
        .compose(entry -> bus.request(UNDEPLOY, new Undeploy(function, true)))
        .compose(undeployed -> unlessRejected(undeployed.rejected()))
        .onComplete(done -> exchange.empty(200), fault -> exchange.fail(fault));
  }

  /** Fails with 404 where there is no such function. */
  Future<Entry> existing(FunctionName function, String before) {
    return find(function)
        .compose(
            entry ->
                entry.isPresent()
                    ? Future.succeededFuture(entry.get())
                    : Future.failedFuture(
                        new Unacceptable(
                            Problem.unknownFunction(before + function + " not found"))));
  }

  static Future<Void> unlessRejected(@Nullable Rejected rejected) {
    return rejected == null
        ? Future.succeededFuture()
        : Future.failedFuture(new Unacceptable(Problem.of(rejected)));
  }

  private Future<?> secretsOf(OpenFaasDeployment wanted) {
    return secrets.check(wanted.said().secrets(), wanted.function().namespace());
  }

  private static void answer(Exchange exchange, Future<?> placed) {
    placed.onComplete(done -> exchange.empty(200), fault -> exchange.fail(fault));
  }

  private Future<Optional<Entry>> find(FunctionName function) {
    return bus.request(LOOKUP, new Lookup(function))
        .map(found -> Optional.ofNullable(found.entry()).filter(entry -> !entry.deleted()));
  }

  /**
   * @param nodes in the order in which they are asked
   */
  private Future<Void> take(Mode mode, OpenFaasDeployment wanted, List<NodeId> nodes) {
    return code(wanted)
        .compose(
            code ->
                code.isPresent()
                    ? place(mode, wanted, code.get(), nodes)
                    : images.deploy(mode, wanted, nodes));
  }

  /** A function that has the code that the image names; nothing for what can be an OCI image. */
  private Future<Optional<Description>> code(OpenFaasDeployment wanted) {
    ImageName image = ImageName.parse(wanted.image());
    if (image == null) {
      return Future.succeededFuture(Optional.empty());
    }
    FunctionName source = image.function();
    Future<Optional<Entry>> found =
        source != null ? find(source) : functions.first(entry -> image.names(entry.description()));
    return found.compose(
        entry -> {
          Optional<Description> code = entry.map(Entry::description).filter(image::names);
          return code.isEmpty() && image.sha256() != null
              ? Future.failedFuture(ImagesHandler.noImage(wanted.image()))
              : Future.succeededFuture(code);
        });
  }

  /** A node that provides it already, so that the number of providers stays. */
  private List<NodeId> whereItRuns(Entry entry) {
    if (entry.providers().contains(bus.self())) {
      return List.of(bus.self());
    }
    List<NodeId> nodes = new ArrayList<>(entry.providers());
    nodes.add(bus.self());
    return nodes;
  }

  private Future<Void> place(
      Mode mode, OpenFaasDeployment wanted, Description code, List<NodeId> nodes) {
    Place request =
        new Place(mode, wanted.function(), wanted.choices(code.settings().runtime()), code);
    return place(request, nodes)
        .compose(answer -> unlessRejected(answer instanceof Rejected rejected ? rejected : null));
  }

  private Future<DeployAnswer> place(Place request, List<NodeId> nodes) {
    return bus.request(PLACE, nodes.get(0), request)
        .recover(
            fault ->
                nodes.size() > 1 && fault instanceof BusError error && error.isSurelyNotTaken()
                    ? place(request, nodes.subList(1, nodes.size()))
                    : Future.failedFuture(fault));
  }

  private Future<OpenFaasStatus> status(Entry entry) {
    return images
        .runs(entry)
        .compose(runs -> completed(entry).map(calls -> OpenFaasStatus.of(entry, calls, runs)));
  }

  private Future<Long> completed(Entry entry) {
    List<Future<Counted>> counts =
        entry.providers().stream()
            .map(
                node ->
                    bus.request(COUNT, node, new Count(entry.description().name()))
                        // who does not tell has a status all the same
                        .otherwise(new Counted(0, 0, 0, 0, 0)))
            .toList();
    return Future.all(counts)
        .map(all -> counts.stream().mapToLong(count -> count.result().completed()).sum());
  }

  private static boolean isIn(String namespace, Entry entry) {
    return entry.description().name().namespace().equals(namespace);
  }
}
