package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BodyReader;
import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.RoutingMessage.Claim;
import edge.starling.codecs.messages.RoutingMessage.ClaimAnswer;
import edge.starling.codecs.messages.RoutingMessage.Queued;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reaches the rest of the node by the bus. Confined to the event loop. */
final class OutsideClient implements Outside {
  private static final Logger LOG = LoggerFactory.getLogger(OutsideClient.class);
  private static final long TICK_MILLIS = TimeUnit.NANOSECONDS.toMillis(Deadlines.TICK_NANOS);

  private final Vertx vertx;
  private final Bus bus;
  private final int bodyLimit;

  /**
   * @param bodyLimit the largest request body, in bytes
   */
  OutsideClient(Vertx vertx, Bus bus, int bodyLimit) {
    this.vertx = vertx;
    this.bus = bus;
    this.bodyLimit = bodyLimit;
  }

  @Override
  public void tellQueued(InvocationId id) {
    bus.tell(Addresses.QUEUED, bus.self(), new Queued(id, bus.self()))
        .onFailure(error -> LOG.debug("no router heard that {} waits", id, error));
  }

  @Override
  public CompletionStage<Boolean> claim(InvocationId id, Duration patience) {
    Duration usual = Addresses.CLAIM.patience();
    return bus.request(
            Addresses.CLAIM,
            bus.self(),
            new Claim(id, bus.self()),
            patience.compareTo(usual) < 0 ? patience : usual)
        .map(ClaimAnswer::granted)
        .toCompletionStage();
  }

  @Override
  public CompletionStage<Bytes> fetch(BodyHandle handle, Duration patience) {
    return BodyReader.readAll(bus, handle, bodyLimit, patience).toCompletionStage();
  }

  @Override
  public void afterTick(Runnable task) {
    vertx.setTimer(TICK_MILLIS, timer -> task.run());
  }
}
