package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.LOOKUP;
import static edge.starling.codecs.messages.Addresses.READ_LOG;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The log of a function on its way to one client: what the nodes have, by its time, and where it is
 * followed, what they get from then on, each node by itself. Nodes are asked for more only when the
 * client has taken what it has. Confined to the event loop of its exchange.
 */
final class LogStream {
  private static final int MOST_LINES = 500;
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final Duration ANSWER = WAIT.plusSeconds(5);
  private static final long PAUSE_MILLIS = 250;
  private static final long LOOK_MILLIS = 2_000;
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Bus bus;
  private final Clock clock;
  private final LogQuery query;
  private final Exchange exchange;
  private final LogWriter writer;
  private final LogMerge merge;
  private final Map<NodeId, Long> next = new HashMap<>();
  private final Set<NodeId> followed = new HashSet<>();
  private final Set<NodeId> toldLost = new HashSet<>();
  private long timer = NO_TIMER;
  private boolean begun;

  LogStream(Vertx vertx, Bus bus, Clock clock, LogQuery query, Exchange exchange) {
    this.vertx = vertx;
    this.bus = bus;
    this.clock = clock;
    this.query = query;
    this.exchange = exchange;
    this.writer = new LogWriter(exchange, query.function());
    this.merge = new LogMerge(query.tail());
  }

  /**
   * Begins the answer.
   *
   * @param first what the nodes have told
   * @param silent nodes that provide the function and did not tell anything
   */
  void begin(Map<NodeId, LogLines> first, Set<NodeId> silent) {
    if (exchange.isOver()) {
      return;
    }
    begun = true;
    writer.begin();
    if (exchange.isHead()) {
      writer.end();
      return;
    }
    first.forEach(
        (node, lines) -> {
          merge.begin(node, lines);
          next.put(node, lines.next());
        });
    silent.forEach(node -> lost(node, "it did not answer"));
    merge();
  }

  /** The exchange is over. */
  void stop() {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
    }
  }

  /** The node stops. */
  void end() {
    if (begun) {
      writer.end();
    }
  }

  static ReadLog first(LogQuery query) {
    return new ReadLog(query.function(), 0, query.tail(), query.since(), MOST_LINES, Duration.ZERO);
  }

  private ReadLog ask(NodeId node, Duration patience) {
    return new ReadLog(
        query.function(),
        next.getOrDefault(node, 0L),
        ReadLog.ALL,
        query.since(),
        MOST_LINES,
        patience);
  }

  /** A loop and no recursion while everything is at hand. */
  private void merge() {
    while (!exchange.isOver()) {
      NodeId lacking = merge.lacking();
      if (lacking != null) {
        fetch(lacking);
        return;
      }
      LogMerge.Line line = merge.poll();
      if (line == null) {
        merged();
        return;
      }
      if (line.wanted()) {
        writer.add(line.node(), line.line());
      }
      Future<Void> room = writer.room();
      if (!room.succeeded()) {
        room.onSuccess(free -> merge());
        return;
      }
    }
  }

  private void fetch(NodeId node) {
    bus.request(READ_LOG, node, ask(node, Duration.ZERO))
        .onComplete(
            page -> {
              merge.add(node, page);
              next.put(node, merge.next(node));
              merge();
            },
            fault -> {
              merge.lost(node);
              lost(node, String.valueOf(fault.getMessage()));
              merge();
            });
  }

  private void merged() {
    if (!query.follow()) {
      writer.end();
      return;
    }
    writer.flush();
    Set.copyOf(next.keySet()).forEach(this::follow);
    timer = vertx.setPeriodic(LOOK_MILLIS, look -> lookForMore());
  }

  /** Providers that have come since; and those that had been lost. */
  private void lookForMore() {
    bus.request(LOOKUP, new Lookup(query.function()))
        .onSuccess(
            found -> {
              Entry entry = found.entry();
              if (entry != null && !exchange.isOver()) {
                entry.providers().stream()
                    .filter(node -> query.isAbout(node.name()))
                    .forEach(this::follow);
              }
            });
  }

  private void follow(NodeId node) {
    if (followed.add(node)) {
      read(node);
    }
  }

  private void read(NodeId node) {
    bus.request(READ_LOG, node, ask(node, WAIT), ANSWER)
        .onComplete(
            page -> take(node, page),
            fault -> {
              followed.remove(node);
              if (!exchange.isOver()) {
                lost(node, String.valueOf(fault.getMessage()));
                writer.flush();
              }
            });
  }

  private void take(NodeId node, LogLines page) {
    if (exchange.isOver()) {
      return;
    }
    toldLost.remove(node);
    next.put(node, page.next());
    if (page.missed() > 0) {
      writer.tell(node, clock.instant(), page.missed() + " lines came faster than they were read");
    }
    page.lines().forEach(line -> writer.add(node, line));
    writer.flush();
    if (page.lines().isEmpty()) {
      // its patience was over, or too many wait there
      vertx.setTimer(PAUSE_MILLIS, again -> readUnlessOver(node));
    } else {
      writer.room().onSuccess(free -> readUnlessOver(node));
    }
  }

  private void readUnlessOver(NodeId node) {
    if (!exchange.isOver()) {
      read(node);
    }
  }

  /** Told once, until the node is there again. */
  private void lost(NodeId node, String why) {
    if (toldLost.add(node)) {
      writer.tell(node, clock.instant(), "the log of " + node.name() + " cannot be read: " + why);
    }
  }
}
