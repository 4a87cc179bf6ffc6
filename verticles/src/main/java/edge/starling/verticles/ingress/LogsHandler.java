package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.LIST_MEMBERS;
import static edge.starling.codecs.messages.Addresses.LOOKUP;
import static edge.starling.codecs.messages.Addresses.READ_LOG;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Found;
import edge.starling.codecs.messages.IndexMessage.ListMembers;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code GET /system/logs}: what a function has logged on the nodes that provide it. Where there is
 * none, every node is asked, since some may have tried to; and a node that is named always is.
 * Confined to one event loop.
 */
final class LogsHandler {
  private final Vertx vertx;
  private final Bus bus;
  private final Site site;
  private final Set<LogStream> open = new HashSet<>();

  LogsHandler(Vertx vertx, Bus bus, Site site) {
    this.vertx = vertx;
    this.bus = bus;
    this.site = site;
  }

  /**
   * Whom to ask.
   *
   * @param provided the function is in the index
   * @param providers those nodes that have to answer
   */
  private record Where(boolean provided, Set<NodeId> providers, Set<NodeId> nodes) {}

  void read(Exchange exchange) {
    LogQuery query = LogQuery.parse(exchange.request());
    if (!site.logReaders().tryOpen()) {
      exchange.problem(tooMany());
      return;
    }
    LogStream stream = new LogStream(vertx, bus, site.clock(), query, exchange);
    exchange.whenOver(
        () -> {
          open.remove(stream);
          stream.stop();
          site.logReaders().closed();
        });
    where(query)
        .compose(where -> ask(query, where, stream))
        .onFailure(fault -> exchange.fail(fault));
    open.add(stream);
  }

  /** The node stops: every answer ends. */
  void close() {
    List.copyOf(open).forEach(LogStream::end);
  }

  private Future<Where> where(LogQuery query) {
    Future<Found> found = bus.request(LOOKUP, new Lookup(query.function()));
    Future<Members> members = bus.request(LIST_MEMBERS, new ListMembers());
    return Future.all(found, members)
        .map(
            both -> {
              Entry entry = found.result().entry();
              boolean provided = entry != null && !entry.deleted();
              List<NodeId> providers = entry != null && provided ? entry.providers() : List.of();
              Set<NodeId> nodes = new LinkedHashSet<>(providers);
              if (providers.isEmpty() || query.instance() != null) {
                members.result().members().forEach(member -> nodes.add(member.node()));
              }
              checkInstance(query, nodes);
              nodes.removeIf(node -> !query.isAbout(node.name()));
              return new Where(provided, Set.copyOf(providers), nodes);
            });
  }

  private static void checkInstance(LogQuery query, Set<NodeId> nodes) {
    Set<String> names = new TreeSet<>();
    nodes.forEach(node -> names.add(node.name()));
    if (names.stream().noneMatch(query::isAbout)) {
      throw Unacceptable.malformed(
          "instance must be a node of the cluster ("
              + String.join(", ", names)
              + "), not \""
              + query.instance()
              + "\"");
    }
  }

  private Future<?> ask(LogQuery query, Where where, LogStream stream) {
    Map<NodeId, Future<LogLines>> asked = new LinkedHashMap<>();
    where
        .nodes()
        .forEach(node -> asked.put(node, bus.request(READ_LOG, node, LogStream.first(query))));
    return Future.join(new ArrayList<>(asked.values()))
        .transform(
            all -> {
              Map<NodeId, LogLines> known = new LinkedHashMap<>();
              Set<NodeId> silent = new LinkedHashSet<>();
              asked.forEach(
                  (node, answer) -> {
                    if (answer.failed() && where.providers().contains(node)) {
                      silent.add(node);
                    } else if (answer.succeeded() && answer.result().known()) {
                      known.put(node, answer.result());
                    }
                  });
              if (!where.provided() && known.isEmpty()) {
                return Future.failedFuture(
                    new Unacceptable(
                        Problem.unknownFunction("function " + query.function() + " not found")));
              }
              stream.begin(known, silent);
              return Future.succeededFuture();
            });
  }

  private Problem tooMany() {
    return Problem.unavailable(
        "log-readers",
        "Too many read logs",
        "this node answers "
            + site.config().logs().readers()
            + " requests for logs at once (logs.readers); ask another node, or later",
        Problem.SOON);
  }
}
