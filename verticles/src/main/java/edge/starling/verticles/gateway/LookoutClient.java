package edge.starling.verticles.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Looks at the gateway again and again: one look at a time, at an interval, sooner where one has
 * failed, and soon when somebody asks for it. Confined to one event loop.
 */
final class LookoutClient {
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

  /** However many ask for it. */
  private static final Duration AT_LEAST = Duration.ofMillis(200);

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Duration interval;
  private final Supplier<Future<?>> look;
  private long endedAtNanos = System.nanoTime() - AT_LEAST.toNanos();
  private long timer = NO_TIMER;
  private boolean looking;
  private boolean askedFor;

  LookoutClient(Vertx vertx, Duration interval, Supplier<Future<?>> look) {
    this.vertx = vertx;
    this.interval = interval;
    this.look = look;
  }

  void lookSoon() {
    askedFor = true;
    if (!looking) {
      Duration since = Duration.ofNanos(System.nanoTime() - endedAtNanos);
      lookAfter(AT_LEAST.minus(since));
    }
  }

  private void lookAfter(Duration pause) {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
    }
    timer = vertx.setTimer(Math.max(1, pause.toMillis()), now -> look());
  }

  private void look() {
    timer = NO_TIMER;
    looking = true;
    askedFor = false;
    look.get()
        .onComplete(
            done -> {
              looking = false;
              endedAtNanos = System.nanoTime();
              lookAfter(pause(done.failed()));
            });
  }

  private Duration pause(boolean failed) {
    if (askedFor) {
      return AT_LEAST;
    }
    return failed && interval.compareTo(AFTER_A_FAILURE) > 0 ? AFTER_A_FAILURE : interval;
  }
}
