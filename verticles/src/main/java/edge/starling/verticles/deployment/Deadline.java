package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.DeploymentMessage.Cause;
import java.time.Duration;
import java.util.function.LongSupplier;

/** When an operation must have ended. */
final class Deadline {
  private final LongSupplier nanoTime;
  private final Duration within;
  private final long end;

  Deadline(LongSupplier nanoTime, Duration within) {
    this.nanoTime = nanoTime;
    this.within = within;
    this.end = nanoTime.getAsLong() + within.toNanos();
  }

  /**
   * More than 0.
   *
   * @throws Refusal when the time is over
   */
  Duration remaining() {
    long left = end - nanoTime.getAsLong();
    if (left <= 0) {
      throw new Refusal(Cause.DEADLINE, "it did not end within " + within);
    }
    return Duration.ofNanos(left);
  }
}
