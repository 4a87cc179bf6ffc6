package edge.starling.loadtest.faults;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for something that nobody tells. */
final class Poll {
  private static final long EVERY_MILLIS = 20;

  private Poll() {}

  /** What may become true; may block for a while itself. */
  interface Condition {
    boolean isMet() throws InterruptedException;
  }

  /**
   * Whether it was true in time.
   *
   * @param patience to the last time that it is asked
   */
  static boolean until(Condition condition, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.isMet()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
    }
    return true;
  }
}
