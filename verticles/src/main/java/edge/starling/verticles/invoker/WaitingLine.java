package edge.starling.verticles.invoker;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for the same thing, by rank. They may change lines and keep their rank. Each step
 * takes time in the logarithm of the line's length. Confined to one thread.
 */
final class WaitingLine<C> {

  /**
   * A place in the queue.
   *
   * @param rank the lower the sooner; no two have the same
   */
  record Place<C>(C candidate, long rank) {}

  private final NavigableMap<Long, Place<C>> byRank = new TreeMap<>();

  void add(Place<C> place) {
    byRank.put(place.rank(), place);
  }

  /** False when it is not in this line. */
  boolean remove(Place<C> place) {
    return byRank.remove(place.rank()) != null;
  }

  /** Null when nobody is there. */
  @Nullable Place<C> first() {
    return place(byRank.firstEntry());
  }

  /** Null when nobody is there. */
  @Nullable Place<C> last() {
    return place(byRank.lastEntry());
  }

  /** Whether it is in this line, with nobody before it. */
  boolean isFirst(Place<C> place) {
    return place.equals(first());
  }

  private static <C> @Nullable Place<C> place(Map.@Nullable Entry<Long, Place<C>> entry) {
    return entry == null ? null : entry.getValue();
  }
}
