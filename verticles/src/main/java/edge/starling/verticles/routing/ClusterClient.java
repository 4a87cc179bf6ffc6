package edge.starling.verticles.routing;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Announced;
import edge.starling.codecs.messages.IndexMessage.AskAnnouncements;
import edge.starling.codecs.messages.IndexMessage.Found;
import edge.starling.codecs.messages.IndexMessage.ListMembers;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.IndexMessage.PeerLost;
import edge.starling.codecs.messages.IndexMessage.ProviderWithdrawn;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.Probe;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.RoutingMessage.Ping;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Keeps what the router knows of the cluster in step with what the index and the peers tell. Events
 * may be lost; the announcement numbers in events and load reports show it, and then the node is
 * asked for all that it provides. Confined to the router's event loop.
 */
final class ClusterClient {
  private static final int GREETINGS = 20;
  private static final long GREET_AGAIN_MILLIS = 250;

  private final Bus bus;
  private final Vertx vertx;
  private final RoutingTable table;
  private final Peers peers;
  private final CallsInProgress<NodeId> inProgress;
  private final Duration indexPatience;
  private final LongSupplier nanoTime;
  private final Map<FunctionName, Future<Found>> lookups = new HashMap<>();
  private final Set<NodeId> catchingUp = new HashSet<>();

  ClusterClient(
      Bus bus,
      Vertx vertx,
      RoutingTable table,
      Peers peers,
      CallsInProgress<NodeId> inProgress,
      Duration indexPatience,
      LongSupplier nanoTime) {
    this.bus = bus;
    this.vertx = vertx;
    this.table = table;
    this.peers = peers;
    this.inProgress = inProgress;
    this.indexPatience = indexPatience;
    this.nanoTime = nanoTime;
  }

  /** Listens from now on, and meets those who are there. */
  Future<?> start() {
    return Future.all(
            List.of(
                bus.on(Addresses.ANNOUNCED, this::announced),
                bus.on(Addresses.PROVIDER_WITHDRAWN, this::withdrawn),
                bus.on(Addresses.DELETED, news -> table.deleted(news.function(), news.version())),
                bus.on(Addresses.LOAD_REPORTS, this::reported),
                bus.on(Addresses.PEER_JOINED, joined -> meet(joined.member().node())),
                bus.on(Addresses.PEER_LOST, this::lost)))
        .compose(listening -> bus.request(Addresses.LIST_MEMBERS, new ListMembers()))
        .onSuccess(members -> members.members().forEach(member -> meet(member.node())));
  }

  /** Asks the index; several askers share one question. Fails when its patience is over. */
  Future<Found> lookup(FunctionName function) {
    Future<Found> underWay = lookups.get(function);
    if (underWay != null) {
      return underWay;
    }
    Future<Found> lookup =
        bus.request(Addresses.LOOKUP, bus.self(), new Lookup(function), indexPatience)
            .onSuccess(found -> table.learn(function, found.entry(), peers::isMember));
    lookups.put(function, lookup);
    return lookup.onComplete(done -> lookups.remove(function));
  }

  /** Asks nodes for their load. Completes when all have answered or the patience is over. */
  Future<?> probe(Collection<NodeId> nodes, Duration patience) {
    return Future.join(
        nodes.stream()
            .map(
                node ->
                    bus.request(Addresses.PROBE, node, new Probe(), patience)
                        .onSuccess(this::reported))
            .toList());
  }

  private void reported(LoadReport report) {
    if (peers.isMember(report.node())) {
      peers.reported(report);
      if (table.isBehind(report.node(), report.announcements())) {
        catchUp(report.node());
      }
    }
  }

  private void announced(Announced news) {
    if (peers.isMember(news.node())
        && !table.announced(news.node(), news.number(), news.description())) {
      catchUp(news.node());
    }
  }

  private void withdrawn(ProviderWithdrawn news) {
    if (peers.isMember(news.node())
        && !table.withdrawn(news.node(), news.number(), news.function())) {
      catchUp(news.node());
    }
  }

  private void catchUp(NodeId node) {
    if (catchingUp.add(node)) {
      bus.request(Addresses.ANNOUNCEMENTS, node, new AskAnnouncements())
          .onSuccess(
              all -> {
                if (peers.isMember(node)) {
                  table.replace(all);
                }
              })
          .onComplete(done -> catchingUp.remove(node));
    }
  }

  private void meet(NodeId node) {
    if (!peers.isMember(node)) {
      inProgress.need(node);
    }
    peers.joined(node);
    greet(node, GREETINGS);
  }

  /** The first message to a peer opens the connection, which must not wait for the first call. */
  private void greet(NodeId node, int tries) {
    bus.request(Addresses.PROBE, node, new Probe())
        .onSuccess(
            report -> {
              reported(report);
              ping(node);
            })
        .onFailure(
            notUpYet -> {
              if (tries > 1 && peers.isMember(node)) {
                vertx.setTimer(GREET_AGAIN_MILLIS, again -> greet(node, tries - 1));
              }
            });
  }

  /**
   * Pings a peer until it answers or is lost, and then a moment more: what it sent before may have
   * come by another connection.
   */
  void meetAgain(NodeId node, Runnable answered) {
    if (!peers.isMember(node)) {
      answered.run();
      return;
    }
    bus.request(Addresses.PROBE, node, new Probe())
        .onSuccess(this::reported)
        .onComplete(
            report ->
                vertx.setTimer(
                    GREET_AGAIN_MILLIS,
                    moment -> {
                      if (report.succeeded()) {
                        answered.run();
                      } else {
                        meetAgain(node, answered);
                      }
                    }));
  }

  /** Sees how long the way to each peer and back takes now. */
  void pingAll() {
    peers.members().forEach(this::ping);
  }

  private void ping(NodeId node) {
    if (!node.equals(bus.self())) {
      long sentAt = nanoTime.getAsLong();
      bus.request(Addresses.PING, node, new Ping())
          .onSuccess(pong -> peers.answered(node, nanoTime.getAsLong() - sentAt));
    }
  }

  private void lost(PeerLost news) {
    peers.lost(news.node());
    table.lost(news.node());
    inProgress.remove(news.node());
  }
}
