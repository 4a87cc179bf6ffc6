package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.COUNT;
import static edge.starling.codecs.messages.Addresses.LIST_FUNCTIONS;
import static edge.starling.codecs.messages.Addresses.LOOKUP;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.FunctionPage;
import edge.starling.codecs.messages.IndexMessage.ListFunctions;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.InvokerMessage.Count;
import edge.starling.codecs.messages.InvokerMessage.Counted;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Lists and describes functions. */
final class CatalogueHandler {
  private static final int DEFAULT_LIMIT = 100;
  private static final int HIGHEST_LIMIT = 1_000;

  private final FunctionNames names = new FunctionNames();
  private final Bus bus;

  CatalogueHandler(Bus bus) {
    this.bus = bus;
  }

  /** {@code GET /functions}. */
  void list(Exchange exchange) {
    HttpServerRequest request = exchange.request();
    String prefix = request.getParam("prefix", "");
    int limit = limit(request.getParam("limit"));
    FunctionName after = after(request.getParam("after"));
    bus.request(LIST_FUNCTIONS, new ListFunctions(prefix, after, limit))
        .onComplete(
            page -> exchange.json(200, view(page, prefix, limit)), fault -> exchange.fail(fault));
  }

  /** {@code GET /functions/{name}}. */
  void describe(Exchange exchange, String name) {
    FunctionName function = names.read(name);
    bus.request(LOOKUP, new Lookup(function))
        .compose(
            found -> {
              Entry entry = found.entry();
              return entry == null || entry.deleted()
                  ? Future.failedFuture(
                      new Unacceptable(
                          Problem.unknownFunction("there is no function " + function.shortest())))
                  : describe(entry);
            })
        .onComplete(view -> exchange.json(200, view), fault -> exchange.fail(fault));
  }

  private Future<FunctionView> describe(Entry entry) {
    List<NodeId> providers = entry.providers();
    List<Future<Optional<Counted>>> counts =
        providers.stream().map(node -> count(node, entry.description().name())).toList();
    return Future.all(counts)
        .map(
            all ->
                FunctionView.of(
                    entry,
                    counts.stream().flatMap(count -> count.result().stream()).toList(),
                    IntStream.range(0, counts.size())
                        .filter(i -> counts.get(i).result().isEmpty())
                        .mapToObj(providers::get)
                        .toList()));
  }

  /** Empty where the node does not tell: the description is worth having all the same. */
  private Future<Optional<Counted>> count(NodeId node, FunctionName function) {
    return bus.request(COUNT, node, new Count(function))
        .map(Optional::of)
        .otherwise(Optional.empty());
  }

  private static FunctionView.Page view(FunctionPage page, String prefix, int limit) {
    List<FunctionView.Summary> functions =
        page.entries().stream().map(FunctionView.Summary::of).toList();
    String next =
        page.more() && !functions.isEmpty()
            ? "/functions?prefix=%s&limit=%d&after=%s"
                .formatted(
                    URLEncoder.encode(prefix, StandardCharsets.UTF_8),
                    limit,
                    functions.get(functions.size() - 1).name())
            : null;
    return new FunctionView.Page(functions, next);
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    int limit = text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > HIGHEST_LIMIT) {
      throw Unacceptable.malformed(
          "limit must be a whole number from 1 to 1000, not \"" + text + "\"");
    }
    return limit;
  }

  private static @Nullable FunctionName after(@Nullable String text) {
    try {
      return text == null ? null : FunctionName.parse(text);
    } catch (IllegalArgumentException e) {
      throw Unacceptable.malformed("after: " + e.getMessage());
    }
  }
}
