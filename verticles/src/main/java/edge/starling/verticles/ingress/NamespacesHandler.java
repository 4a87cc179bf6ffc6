package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.ERASE_LINE;
import static edge.starling.codecs.messages.Addresses.LINES;
import static edge.starling.codecs.messages.Addresses.WRITE_LINE;

import com.fasterxml.jackson.annotation.JsonInclude;
import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.LedgerMessage.AskLines;
import edge.starling.codecs.messages.LedgerMessage.Change;
import edge.starling.codecs.messages.LedgerMessage.EraseLine;
import edge.starling.codecs.messages.LedgerMessage.Kind;
import edge.starling.codecs.messages.LedgerMessage.Line;
import edge.starling.codecs.messages.LedgerMessage.Lines;
import edge.starling.codecs.messages.LedgerMessage.Provided;
import edge.starling.codecs.messages.LedgerMessage.WriteLine;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Namespaces as clients of OpenFaaS see them: the default one, those that were made, and those that
 * functions are in.
 */
final class NamespacesHandler {
  private final Bus bus;
  private final FunctionList functions;

  NamespacesHandler(Bus bus, FunctionList functions) {
    this.bus = bus;
    this.functions = functions;
  }

  /** As it is shown, and kept. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  private record Namespace(
      String name, Map<String, String> annotations, Map<String, String> labels) {
    static Namespace of(OpenFaasDocument json, String name) {
      return new Namespace(
          name, new TreeMap<>(json.texts("annotations")), new TreeMap<>(json.texts("labels")));
    }

    static Namespace of(Line line) {
      return of(OpenFaasDocument.parse(line.content().array()), line.name());
    }
  }

  /** {@code GET /system/namespaces}. */
  void list(Exchange exchange) {
    names().onComplete(all -> exchange.openFaas(200, all), fault -> exchange.fail(fault));
  }

  /** {@code POST /system/namespace/}. */
  void create(Exchange exchange, Bytes document) {
    OpenFaasDocument json = OpenFaasDocument.parse(document.array());
    String name = OpenFaasNames.namespace(json.text("name"));
    OpenFaasNames.function("any", name);
    isKnown(name)
        .compose(
            known ->
                known
                    ? Future.succeededFuture(Change.NOT_SO)
                    : write(Namespace.of(json, name), Provided.ABSENT))
        .compose(change -> done(change, Problem.taken("namespace " + name + " already exists")))
        .onComplete(done -> exchange.empty(201), fault -> exchange.fail(fault));
  }

  /** {@code GET /system/namespace/{name}}. */
  void describe(Exchange exchange, String name) {
    known(name)
        .compose(known -> bus.request(LINES, new AskLines(Kind.NAMESPACE)))
        .map(
            all ->
                all.lines().stream()
                    .filter(line -> line.name().equals(name))
                    .map(Namespace::of)
                    .findFirst()
                    .orElseGet(() -> new Namespace(name, Map.of(), Map.of())))
        .onComplete(found -> exchange.openFaas(200, found), fault -> exchange.fail(fault));
  }

  /** {@code PUT /system/namespace/{name}}. */
  void update(Exchange exchange, String name, Bytes document) {
    Namespace changed = Namespace.of(OpenFaasDocument.parse(document.array()), name);
    known(name)
        .compose(known -> write(changed, Provided.ANYHOW))
        .compose(change -> done(change, unknown(name)))
        .onComplete(done -> exchange.empty(202), fault -> exchange.fail(fault));
  }

  /** {@code DELETE /system/namespace/{name}}: of one without functions. */
  void remove(Exchange exchange, String name) {
    known(name)
        .compose(known -> functionIn(name))
        .compose(
            function ->
                function.isPresent() || name.equals(FunctionName.DEFAULT_NAMESPACE)
                    ? Future.failedFuture(
                        new Unacceptable(
                            Problem.taken(
                                function.isPresent()
                                    ? "namespace " + name + " has functions"
                                    : "namespace " + name + " is the default one")))
                    : bus.request(ERASE_LINE, new EraseLine(Kind.NAMESPACE, name)))
        .onComplete(done -> exchange.empty(202), fault -> exchange.fail(fault));
  }

  /** Fails with 400 where there is no such namespace. */
  Future<?> check(String namespace) {
    return unlessUnknown(namespace, Problem.malformed("namespace not valid"));
  }

  private Future<?> known(String name) {
    return unlessUnknown(name, unknown(name));
  }

  private Future<?> unlessUnknown(String name, Problem problem) {
    return isKnown(name)
        .compose(
            known ->
                known ? Future.succeededFuture() : Future.failedFuture(new Unacceptable(problem)));
  }

  private Future<Boolean> isKnown(String name) {
    if (name.equals(FunctionName.DEFAULT_NAMESPACE)) {
      return Future.succeededFuture(true);
    }
    return bus.request(LINES, new AskLines(Kind.NAMESPACE))
        .compose(
            made ->
                made.lines().stream().anyMatch(line -> line.name().equals(name))
                    ? Future.succeededFuture(true)
                    : functionIn(name).map(Optional::isPresent));
  }

  private Future<Optional<Entry>> functionIn(String name) {
    return functions.first(entry -> entry.description().name().namespace().equals(name));
  }

  private static Problem unknown(String name) {
    return Problem.of(
        404, "unknown-namespace", "No such namespace", "namespace " + name + " not found");
  }

  private Future<Set<String>> names() {
    Future<List<String>> used =
        functions.all(
            entry -> true, entry -> Future.succeededFuture(entry.description().name().namespace()));
    Future<Lines> made = bus.request(LINES, new AskLines(Kind.NAMESPACE));
    return Future.all(used, made)
        .map(
            both -> {
              Set<String> all = new TreeSet<>(used.result());
              all.add(FunctionName.DEFAULT_NAMESPACE);
              made.result().lines().forEach(line -> all.add(line.name()));
              return all;
            });
  }

  private Future<Change> write(Namespace namespace, Provided provided) {
    return bus.request(
            WRITE_LINE,
            new WriteLine(
                Kind.NAMESPACE,
                namespace.name(),
                OpenFaasDocument.content(Json.asNamed(namespace)),
                provided))
        .map(changed -> changed.change());
  }

  private static Future<?> done(Change change, Problem notSo) {
    return switch (change) {
      case DONE -> Future.succeededFuture();
      case NOT_SO -> Future.failedFuture(new Unacceptable(notSo));
      case FULL -> Future.failedFuture(new Unacceptable(Problem.ledgerFull()));
    };
  }
}
