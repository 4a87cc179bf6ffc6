package edge.starling.codecs.bus;

import edge.starling.codecs.bus.BusError.Code;
import edge.starling.codecs.messages.Address;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Notice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A verticle's only door to the event bus: typed requests with typed answers, and notices.
 *
 * <p>Every request ends: with its answer, or with a {@link BusError} once nobody serves the
 * address, the write fails, the node that was asked is lost, or the patience is over. Requests are
 * correlated here and not by the event bus, which neither looks at the write of a request nor fails
 * it when the other node dies.
 *
 * <p>Confined to the context of the verticle that opened it.
 */
public final class Bus {
  private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
  private static final DeliveryOptions WITHIN_NODE =
      new DeliveryOptions().setLocalOnly(true).setCodecName(CborCodec.NAME);
  private static final DeliveryOptions TO_CLUSTER =
      new DeliveryOptions().setCodecName(CborCodec.NAME);

  /** For as long as nodes may take to find each other again, and bodies may lie in memory. */
  private static final int ANSWER_TRIES = 20;

  private static final long ANSWER_AGAIN_MILLIS = 250;

  private final Vertx vertx;
  private final EventBus events;
  private final NodeId self;
  private final String replyTo;
  private final String ownSuffix;
  private final Map<Long, Pending<?>> pending = new HashMap<>();
  private final Map<NodeId, PieceWindow> pieces = new HashMap<>();
  private long correlations;

  private record Pending<R extends BusMessage>(
      NodeId asked, Class<R> reply, Promise<R> answer, long timer) {}

  private Bus(Vertx vertx, NodeId self) {
    this.vertx = vertx;
    this.events = vertx.eventBus();
    this.self = self;
    this.ownSuffix = "@" + self;
    this.replyTo = "bus.answers." + UUID.randomUUID() + ownSuffix;
  }

  /** To be called once for each Vert.x instance, before any bus is opened on it. */
  public static void install(Vertx vertx, CborCodec codec) {
    vertx.eventBus().registerCodec(codec);
  }

  /**
   * Opens the bus for the verticle on whose context this is called. It completes once other nodes
   * can answer.
   */
  public static Future<Bus> open(Vertx vertx, NodeId self) {
    Bus bus = new Bus(vertx, self);
    return Future.all(
            bus.events
                .<Envelope>consumer(bus.replyTo, message -> bus.answered(message.body()))
                .completion(),
            bus.on(Addresses.PEER_LOST, lost -> bus.failAllTo(lost.node())))
        .map(bus);
  }

  public NodeId self() {
    return self;
  }

  /** For what is read from that node through this bus. */
  PieceWindow piecesFrom(NodeId owner) {
    return pieces.computeIfAbsent(
        owner, node -> new PieceWindow(BodyReader.OUTSTANDING_FROM_ONE_NODE));
  }

  /** Asks this node. */
  public <Q extends BusMessage, R extends BusMessage> Future<R> request(
      Address<Q, R> to, Q message) {
    return request(to, self, message, to.patience());
  }

  /** Asks a node, with the address's own patience. */
  public <Q extends BusMessage, R extends BusMessage> Future<R> request(
      Address<Q, R> to, NodeId node, Q message) {
    return request(to, node, message, to.patience());
  }

  /** Asks a node; fails with a {@link BusError}. */
  public <Q extends BusMessage, R extends BusMessage> Future<R> request(
      Address<Q, R> to, NodeId node, Q message, Duration patience) {
    long correlation = ++correlations;
    // bound to the context, so that what its listeners throw is reported
    Promise<R> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
    String address = to.at(node);
    long timer =
        vertx.setTimer(
            Math.max(1, patience.toMillis()),
            id ->
                fail(correlation, Code.TIMED_OUT, address + " did not answer within " + patience));
    pending.put(correlation, new Pending<>(node, to.reply(), answer, timer));
    write(node, address, Envelope.request(correlation, replyTo, message))
        .onFailure(error -> fail(correlation, notTaken(error), String.valueOf(error.getMessage())));
    return answer.future();
  }

  /** Serves the requests to this node. Completes once everybody who may ask can reach it. */
  public <Q extends BusMessage, R extends BusMessage> Future<Void> serve(
      Address<Q, R> address, Function<Q, Future<? extends R>> handler) {
    return consume(
        address.at(self),
        address.isOpenToPeers(),
        envelope -> answer(address.request(), envelope, handler));
  }

  /**
   * Tells one node. Completes once it is written; a notice that is lost after that is lost, so
   * nothing may depend on it alone.
   */
  public <M extends BusMessage> Future<Void> tell(Notice<M> notice, NodeId node, M message) {
    return write(node, notice.at(node), Envelope.notice(message));
  }

  /** Tells every verticle that listens: in the cluster, or in this node for the node's own. */
  public <M extends BusMessage> void tellAll(Notice<M> notice, M message) {
    events.publish(
        notice.name(), Envelope.notice(message), notice.isOpenToPeers() ? TO_CLUSTER : WITHIN_NODE);
  }

  /**
   * Tells every verticle of this node that listens, before it gets anything that follows from what
   * is said or answered after this. The cluster's bus looks up who listens first, so a notice to
   * all may come later than that.
   */
  public <M extends BusMessage> void tellHere(Notice<M> notice, M message) {
    events.publish(notice.at(self), Envelope.notice(message), WITHIN_NODE);
  }

  /** Hears a notice, whether it is told to this node or to all. */
  public <M extends BusMessage> Future<Void> on(Notice<M> notice, Consumer<M> handler) {
    Consumer<Envelope> hear = envelope -> hear(notice, envelope, handler);
    return Future.all(
            consume(notice.name(), notice.isOpenToPeers(), hear),
            consume(notice.at(self), notice.isOpenToPeers(), hear))
        .mapEmpty();
  }

  private static <M extends BusMessage> void hear(
      Notice<M> notice, Envelope envelope, Consumer<M> handler) {
    if (notice.message().isInstance(envelope.message())) {
      handler.accept(notice.message().cast(envelope.message()));
    } else {
      LOG.warn("not a notice of {}: {}", notice.name(), envelope.detail());
    }
  }

  private Future<Void> consume(String address, boolean openToPeers, Consumer<Envelope> handler) {
    return (openToPeers
            ? events.<Envelope>consumer(address, message -> guarded(message, handler))
            : events.<Envelope>localConsumer(address, message -> guarded(message, handler)))
        .completion();
  }

  private static void guarded(Message<Envelope> message, Consumer<Envelope> handler) {
    try {
      handler.accept(message.body());
    } catch (RuntimeException e) {
      LOG.error("a handler of {} failed", message.address(), e);
    }
  }

  private <Q extends BusMessage, R extends BusMessage> void answer(
      Class<Q> type, Envelope envelope, Function<Q, Future<? extends R>> handler) {
    Code unreadable = envelope.fault();
    if (unreadable != null) {
      reply(envelope, Envelope.fault(envelope.correlation(), unreadable, envelope.detail()));
      return;
    }
    handle(type, envelope, handler)
        .map(answer -> Envelope.answer(envelope.correlation(), Objects.requireNonNull(answer)))
        .otherwise(cause -> fault(envelope.correlation(), cause))
        .onSuccess(answer -> reply(envelope, answer));
  }

  private static <Q extends BusMessage, R extends BusMessage> Future<? extends R> handle(
      Class<Q> type, Envelope envelope, Function<Q, Future<? extends R>> handler) {
    try {
      return Objects.requireNonNull(handler.apply(type.cast(envelope.message())));
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private static Envelope fault(long correlation, Throwable cause) {
    if (cause instanceof BusError error) {
      // Who has waited in vain for somebody else has timed out; all else that a handler meets is
      // its own fault, and says nothing of whether the request was taken.
      return error.code() == Code.TIMED_OUT
          ? Envelope.fault(correlation, Code.TIMED_OUT, String.valueOf(error.getMessage()))
          : Envelope.fault(correlation, Code.FAULT, error.code() + ": " + error.getMessage());
    }
    LOG.error("a request failed in its handler", cause);
    return Envelope.fault(correlation, Code.FAULT, String.valueOf(cause));
  }

  private void reply(Envelope request, Envelope answer) {
    String to = request.replyTo();
    if (to != null) {
      reply(to, answer, ANSWER_TRIES);
    }
  }

  /**
   * While a cluster heals, an asker that is there cannot be found for a moment. It takes an answer
   * once, so one that comes twice does no harm.
   */
  private void reply(String to, Envelope answer, int tries) {
    boolean here = to.endsWith(ownSuffix);
    events
        .<Envelope>sender(to, here ? WITHIN_NODE : TO_CLUSTER)
        .write(answer)
        .onFailure(
            error -> {
              if (here || tries <= 1) {
                LOG.debug("an answer found nobody at {}", to, error);
              } else {
                vertx.setTimer(ANSWER_AGAIN_MILLIS, again -> reply(to, answer, tries - 1));
              }
            });
  }

  private Future<Void> write(NodeId node, String address, Envelope envelope) {
    return events
        .<Envelope>sender(address, node.equals(self) ? WITHIN_NODE : TO_CLUSTER)
        .write(envelope);
  }

  private void answered(Envelope answer) {
    Pending<?> asked = pending.remove(answer.correlation());
    if (asked != null) {
      vertx.cancelTimer(asked.timer);
      settle(asked, answer);
    }
  }

  private static <R extends BusMessage> void settle(Pending<R> asked, Envelope answer) {
    Code fault = answer.fault();
    if (fault != null) {
      asked.answer.fail(new BusError(fault, answer.detail()));
    } else if (asked.reply.isInstance(answer.message())) {
      asked.answer.complete(asked.reply.cast(answer.message()));
    } else {
      asked.answer.fail(new BusError(Code.BAD_MESSAGE, "not a " + asked.reply.getSimpleName()));
    }
  }

  private void fail(long correlation, Code code, String detail) {
    Pending<?> asked = pending.remove(correlation);
    if (asked != null) {
      vertx.cancelTimer(asked.timer);
      asked.answer.fail(new BusError(code, detail));
    }
  }

  private void failAllTo(NodeId lost) {
    pieces.remove(lost);
    List<Long> correlationsToLost =
        pending.entrySet().stream()
            .filter(entry -> entry.getValue().asked.equals(lost))
            .map(Map.Entry::getKey)
            .toList();
    correlationsToLost.forEach(
        correlation -> fail(correlation, Code.PEER_LOST, lost + " has left the cluster"));
  }

  private static Code notTaken(Throwable error) {
    return error instanceof ReplyException ? Code.NO_HANDLER : Code.NOT_WRITTEN;
  }
}
