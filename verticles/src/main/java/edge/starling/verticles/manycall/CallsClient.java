package edge.starling.verticles.manycall;

import edge.starling.codecs.bus.BodyReader;
import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodiesMessage.Release;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.RoutingMessage.Cancel;
import edge.starling.codecs.messages.RoutingMessage.Route;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/** Has the items of one function served by the router of this node. Confined to the event loop. */
final class CallsClient implements Calls {
  /** The router ends every call in its time; this is for a router that does not. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private static final Duration TO_FETCH = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final Bus bus;
  private final FunctionName function;
  private final BytesInFlight bytes;
  private final int maxBody;

  /**
   * @param maxBody the largest answer, in bytes
   */
  CallsClient(Vertx vertx, Bus bus, FunctionName function, BytesInFlight bytes, int maxBody) {
    this.vertx = vertx;
    this.bus = bus;
    this.function = function;
    this.bytes = bytes;
    this.maxBody = maxBody;
  }

  @Override
  public CompletionStage<Outcome> call(InvocationId id, Request request, Duration remaining) {
    return bus.request(
            Addresses.ROUTE,
            bus.self(),
            new Route(id, function, request, remaining, List.of(), true),
            remaining.plus(GRACE))
        .otherwise(this::unanswered)
        .toCompletionStage();
  }

  @Override
  public void cancel(InvocationId id) {
    bus.tell(Addresses.CANCEL, bus.self(), new Cancel(id));
  }

  @Override
  public CompletionStage<ItemAnswer> answer(Outcome outcome) {
    return outcome
        .match(
            this::completed,
            refused -> Future.succeededFuture(ItemAnswer.of(refused)),
            failed -> Future.succeededFuture(ItemAnswer.of(failed)))
        .toCompletionStage();
  }

  @Override
  public Runnable after(Duration delay, Runnable task) {
    long timer = vertx.setTimer(Math.max(1, delay.toMillis()), fired -> task.run());
    return () -> vertx.cancelTimer(timer);
  }

  private Future<ItemAnswer> completed(Completed completed) {
    int status = completed.response().status();
    Body body = completed.response().body();
    BodyHandle handle = body.handle();
    if (handle != null) {
      return fetched(status, handle);
    }
    Bytes inline = Objects.requireNonNull(body.bytes());
    return inline.length() <= Body.INLINE_LIMIT
        ? Future.succeededFuture(ItemAnswer.of(status, inline.array()))
        : offLoop(status, inline);
  }

  private Future<ItemAnswer> fetched(int status, BodyHandle handle) {
    BytesInFlight.Share held = bytes.open();
    Future<Bytes> body =
        held.tryAdd(handle.length())
            ? BodyReader.readAll(bus, handle, maxBody, TO_FETCH)
            : Future.failedFuture("there is no room for it (http.bytes-in-flight)");
    return body.compose(all -> offLoop(status, all))
        .otherwise(lost -> ItemAnswer.of(failed(Failure.BODY_LOST, lost)))
        .onComplete(
            done -> {
              held.release();
              bus.tell(Addresses.RELEASE_BODY, handle.owner(), new Release(handle.key()));
            });
  }

  /** Reading a large body as JSON takes a while. */
  private Future<ItemAnswer> offLoop(int status, Bytes body) {
    return vertx.executeBlocking(() -> ItemAnswer.of(status, body.array()), false);
  }

  private Outcome unanswered(Throwable fault) {
    boolean late = fault instanceof BusError error && error.code() == BusError.Code.TIMED_OUT;
    return failed(late ? Failure.DEADLINE : Failure.RUNTIME_ERROR, fault);
  }

  private Failed failed(Failure failure, Throwable cause) {
    return new Failed(failure, String.valueOf(cause.getMessage()), bus.self(), 0, Duration.ZERO);
  }
}
