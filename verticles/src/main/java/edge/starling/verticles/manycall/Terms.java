package edge.starling.verticles.manycall;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a request says beside its items.
 *
 * @param items how many there are
 * @param retries how often an item that had started, and whose node or runtime was lost, is sent
 *     again
 * @param timeout of each item, from when it is first sent; null for the function's own
 * @param totalTimeout of all
 * @param concurrency the most items in flight
 */
record Terms(
    int items, int retries, @Nullable Duration timeout, Duration totalTimeout, int concurrency) {
  /** The same, but with no more time than this. */
  Terms within(@Nullable Duration remaining) {
    return remaining == null || remaining.compareTo(totalTimeout) >= 0
        ? this
        : new Terms(items, retries, timeout, remaining, concurrency);
  }

  static final int MOST_RETRIES = 10;
  static final Duration LONGEST_ITEM = Duration.ofHours(1);
  static final Duration LONGEST_TOTAL = Duration.ofHours(24);
  static final Duration DEFAULT_TOTAL = Duration.ofHours(1);
}
