package edge.starling.loadtest.network;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** What lies between two nodes, for all connections of the two. Confined to one thread. */
final class Link {
  /** What a lost segment costs at least: the shortest retransmission time-out of Linux. */
  static final long RETRANSMISSION_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** The time-out doubles with each loss of the same segment. */
  private static final int MOST_LOSSES = 4;

  private final RandomGenerator chance;
  private final Set<Runnable> watchers = new LinkedHashSet<>();
  private LinkState state = LinkState.UP;

  Link(RandomGenerator chance) {
    this.chance = chance;
  }

  boolean isCut() {
    return state.cut();
  }

  /** How long the next piece takes from one end to the other, by chance. */
  long latencyNanos() {
    long nanos = state.delay().toNanos();
    long timeout = RETRANSMISSION_NANOS;
    for (int i = 0; i < MOST_LOSSES && chance.nextDouble() < state.loss(); i++) {
      nanos += timeout;
      timeout *= 2;
    }
    return nanos;
  }

  /** Tells those who watch. */
  void become(LinkState next) {
    state = next;
    List.copyOf(watchers).forEach(Runnable::run);
  }

  void watch(Runnable watcher) {
    watchers.add(watcher);
  }

  void forget(Runnable watcher) {
    watchers.remove(watcher);
  }
}
