package edge.starling.verticles.routing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls that this node has in progress at each peer, and finds the peer with the fewest:
 * an array whose index is that number and whose cells are lists of peers in the order in which they
 * got there, and a hash map from a peer to its place and to how many need it there (the load
 * structure of "Decentralized Edge FaaS", where these are the manycalls that may use it; being a
 * member of the cluster is one more need here). A peer that nobody needs is dropped when it has no
 * calls. Finding a peer's place, {@link #acquire} and {@link #release} are O(1). Confined to the
 * router's event loop.
 *
 * @param <P> what names a peer
 */
final class CallsInProgress<P> {
  private final Map<P, Place<P>> places = new HashMap<>();
  private final List<Level<P>> levels = new ArrayList<>();
  private long moves;
  private int lowest;
  private int total;

  /** A peer's place: a link of its level's list. */
  private static final class Place<P> {
    final P peer;
    int calls;
    int needs;
    long since;
    @Nullable Place<P> previous;
    @Nullable Place<P> next;

    Place(P peer) {
      this.peer = peer;
    }
  }

  /** Peers with the same number of calls, the longest there first. */
  private static final class Level<P> {
    @Nullable Place<P> first;
    @Nullable Place<P> last;

    void append(Place<P> place) {
      place.previous = last;
      place.next = null;
      if (last == null) {
        first = place;
      } else {
        last.next = place;
      }
      last = place;
    }

    void remove(Place<P> place) {
      Place<P> before = place.previous;
      Place<P> after = place.next;
      if (before == null) {
        first = after;
      } else {
        before.next = after;
      }
      if (after == null) {
        last = before;
      } else {
        after.previous = before;
      }
    }
  }

  /** From now on the peer stays, with no call as well, until {@link #forgo}. Counts. */
  void need(P peer) {
    place(peer).needs++;
  }

  /** Takes a {@link #need} back. A peer that was removed meanwhile is ignored. */
  void forgo(P peer) {
    Place<P> place = places.get(peer);
    if (place != null && place.needs > 0) {
      place.needs--;
      dropIfUnneeded(place);
    }
  }

  /** The peer and its count are gone; its calls need no release. */
  void remove(P peer) {
    Place<P> place = places.remove(peer);
    if (place != null) {
      levels.get(place.calls).remove(place);
      total -= place.calls;
    }
  }

  /** One more call at the peer. */
  void acquire(P peer) {
    Place<P> place = place(peer);
    levels.get(place.calls).remove(place);
    enter(place, place.calls + 1);
    total++;
  }

  /** One call less. A peer that was removed meanwhile is ignored. */
  void release(P peer) {
    Place<P> place = places.get(peer);
    if (place != null && place.calls > 0) {
      levels.get(place.calls).remove(place);
      enter(place, place.calls - 1);
      total--;
      dropIfUnneeded(place);
    }
  }

  int at(P peer) {
    Place<P> place = places.get(peer);
    return place == null ? 0 : place.calls;
  }

  /** The calls at all peers. */
  int total() {
    return total;
  }

  /**
   * The peer with the fewest calls among those that may be chosen; of several the one that has been
   * at its number for longest. O(1) when the front peer may be, at worst twice the smaller of the
   * numbers of peers and of {@code among}.
   *
   * @param among all that could be chosen
   * @param allowed which of them may be
   */
  Optional<P> fewest(Set<P> among, Predicate<P> allowed) {
    int steps = among.size();
    skipEmpty();
    for (int i = lowest; i < levels.size(); i++) {
      for (Place<P> place = levels.get(i).first; place != null; place = place.next) {
        if (among.contains(place.peer) && allowed.test(place.peer)) {
          return Optional.of(place.peer);
        }
        if (--steps < 0) {
          return fewestByScan(among, allowed);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<P> fewestByScan(Set<P> among, Predicate<P> allowed) {
    Place<P> best = null;
    for (P peer : among) {
      Place<P> place = places.get(peer);
      if (place != null && allowed.test(peer) && (best == null || isBefore(place, best))) {
        best = place;
      }
    }
    return best == null ? Optional.empty() : Optional.of(best.peer);
  }

  private static boolean isBefore(Place<?> one, Place<?> other) {
    return one.calls < other.calls || (one.calls == other.calls && one.since < other.since);
  }

  private Place<P> place(P peer) {
    Place<P> known = places.get(peer);
    if (known != null) {
      return known;
    }
    Place<P> place = new Place<>(peer);
    places.put(peer, place);
    enter(place, 0);
    return place;
  }

  private void dropIfUnneeded(Place<P> place) {
    if (place.calls == 0 && place.needs == 0) {
      remove(place.peer);
    }
  }

  private void enter(Place<P> place, int calls) {
    while (levels.size() <= calls) {
      levels.add(new Level<>());
    }
    place.calls = calls;
    place.since = ++moves;
    levels.get(calls).append(place);
    lowest = Math.min(lowest, calls);
  }

  /** Amortised O(1): {@link #lowest} falls by at most one a move. */
  private void skipEmpty() {
    while (lowest < levels.size() - 1 && levels.get(lowest).first == null) {
      lowest++;
    }
  }
}
