package edge.starling.verticles.gateway;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.GatewayMessage.FollowLog;
import edge.starling.codecs.messages.GatewayMessage.GatewayLogged;
import edge.starling.codecs.messages.GatewayMessage.LogFollowed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells what functions log at the gateway, from some lines before they are asked for until nobody
 * has asked for a while. Confined to one event loop.
 */
final class LogFollowerClient {
  /** Who reads asks more often. */
  private static final Duration UNASKED = Duration.ofSeconds(30);

  /** What the gateway has comes in one go: after so much silence it has come. */
  private static final Duration SILENCE = Duration.ofMillis(300);

  private static final int MOST = 64;
  private static final int MOST_REMEMBERED = 1_000;

  private final Vertx vertx;
  private final Bus bus;
  private final GatewayClient gateway;
  private final Map<FunctionName, Follower> followers = new HashMap<>();

  /** The times of the last lines, of the functions that were read last. */
  private final Map<FunctionName, String> lastSeen =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<FunctionName, String> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  /** One function's stream, once it has begun. */
  private final class Follower {
    private final FunctionName function;
    private final Promise<LogFollowed> caughtUp = Promise.promise();
    private final LogStreamClient stream;
    private long askedAtNanos = System.nanoTime();
    private long silence;

    Follower(FunctionName function) {
      this.function = function;
      this.stream = gateway.follow(function, lastSeen.get(function), this::told);
      silence = awaitSilence();
    }

    /** To be called once it is among the others. */
    void begin() {
      stream.ended().onComplete(end -> ended(end.failed() ? end.cause().getMessage() : null));
    }

    private long awaitSilence() {
      return vertx.setTimer(
          SILENCE.toMillis(), timer -> caughtUp.tryComplete(new LogFollowed(null)));
    }

    private void told(List<GatewayLine> lines) {
      if (!caughtUp.future().isComplete()) {
        vertx.cancelTimer(silence);
        silence = awaitSilence();
      }
      lastSeen.put(function, lines.get(lines.size() - 1).timestamp());
      bus.tellHere(
          Addresses.GATEWAY_LOGGED,
          new GatewayLogged(function, lines.stream().map(GatewayLine::line).toList()));
    }

    private void ended(@Nullable String problem) {
      vertx.cancelTimer(silence);
      caughtUp.tryComplete(new LogFollowed(problem));
      followers.remove(function, this);
    }
  }

  LogFollowerClient(Vertx vertx, Bus bus, GatewayClient gateway) {
    this.vertx = vertx;
    this.bus = bus;
    this.gateway = gateway;
    vertx.setPeriodic(UNASKED.toMillis() / 2, timer -> endUnasked());
  }

  Future<LogFollowed> follow(FollowLog ask) {
    Follower present = followers.get(ask.function());
    if (present == null && followers.size() >= MOST) {
      return Future.succeededFuture(
          new LogFollowed("this node follows the logs of " + MOST + " functions already"));
    }
    if (present == null) {
      present = new Follower(ask.function());
      followers.put(ask.function(), present);
      present.begin();
    }
    present.askedAtNanos = System.nanoTime();
    return present.caughtUp.future();
  }

  private void endUnasked() {
    long before = System.nanoTime() - UNASKED.toNanos();
    List.copyOf(followers.values()).stream()
        .filter(follower -> follower.askedAtNanos - before < 0)
        .forEach(follower -> follower.stream.close());
  }
}
