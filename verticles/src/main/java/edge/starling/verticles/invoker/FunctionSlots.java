package edge.starling.verticles.invoker;

import edge.starling.verticles.invoker.WaitingLine.Place;
import org.jspecify.annotations.Nullable;

/**
 * How many calls of one function may run at once on this node. A candidate takes one of these slots
 * before it waits for anything else, so that the function's further ones hold up nobody. One that
 * only waits gives its slot to one of a lower rank. Confined to one thread.
 */
final class FunctionSlots<C> {
  private final WaitingLine<C> withoutOne = new WaitingLine<>();
  private final WaitingLine<C> withOne = new WaitingLine<>();
  private int limit = Integer.MAX_VALUE;
  private int taken;

  /** It takes effect with {@link Admission#refit}. */
  void limitTo(int most) {
    limit = most;
  }

  /** Takes a slot for one that runs at once, where nobody waits. False when none is free. */
  boolean takeAtOnce() {
    boolean free = taken < limit;
    if (free) {
      taken++;
    }
    return free;
  }

  /**
   * It has come: it takes a free slot, or waits for one.
   *
   * @return whether it has one now
   */
  boolean enter(Place<C> place) {
    if (taken < limit) {
      taken++;
      withOne.add(place);
      return true;
    }
    withoutOne.add(place);
    return false;
  }

  /** The next one to give up its slot, as another one goes before it or there are too many. */
  @Nullable Place<C> takeBack() {
    Place<C> last = withOne.last();
    Place<C> next = withoutOne.first();
    boolean isOvertaken = next != null && last != null && next.rank() < last.rank();
    if (last == null || !(taken > limit || isOvertaken)) {
      return null;
    }
    withOne.remove(last);
    withoutOne.add(last);
    taken--;
    return last;
  }

  /** The next one of those without a slot, which it has now; null when none is free or wanted. */
  @Nullable Place<C> handOut() {
    Place<C> next = taken < limit ? withoutOne.first() : null;
    if (next != null) {
      withoutOne.remove(next);
      withOne.add(next);
      taken++;
    }
    return next;
  }

  /** It runs now, and keeps its slot. */
  void started(Place<C> place) {
    withOne.remove(place);
  }

  /** It waits no longer and does not run. */
  void left(Place<C> place) {
    if (withOne.remove(place)) {
      taken--;
    } else {
      withoutOne.remove(place);
    }
  }

  /** One that ran has ended. */
  void ended() {
    taken--;
  }
}
