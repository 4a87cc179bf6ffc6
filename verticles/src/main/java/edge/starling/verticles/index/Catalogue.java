package edge.starling.verticles.index;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Entry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every description and every tombstone that this node has ever seen, the highest version of each.
 * What the cluster maps have lost with their members is known from here. Tombstones are forgotten
 * in the end, by the clock of the node that deleted. Thread-safe; never blocks.
 */
final class Catalogue {
  private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);
  private static final int TENTH = 10;

  private final Clock clock;
  private final Duration keepDeleted;
  private final int most;
  private final Consumer<Entry> learnt;
  private final NavigableMap<String, Entry> entries = new TreeMap<>();
  private boolean full;

  /**
   * @param keepDeleted how long a tombstone is kept
   * @param most so many entries are kept at most: tombstones make room, the oldest first
   * @param learnt is told each change, without providers, by the thread that brought it
   */
  Catalogue(Clock clock, Duration keepDeleted, int most, Consumer<Entry> learnt) {
    this.clock = clock;
    this.keepDeleted = keepDeleted;
    this.most = most;
    this.learnt = learnt;
  }

  /** Keeps an entry that is higher than what is known, unless it is a tombstone of long ago. */
  void learn(Entry seen) {
    Entry entry = new Entry(seen.description(), seen.deleted(), List.of());
    if (keep(entry)) {
      learnt.accept(entry);
    }
  }

  /** The highest version that was ever seen, without providers; null where there was none. */
  synchronized @Nullable Entry of(FunctionName function) {
    Entry entry = entries.get(function.toString());
    return entry == null || isForgotten(entry) ? null : entry;
  }

  /** All of it, in the order of the names. */
  List<Entry> all() {
    return startingWith("");
  }

  /** Those whose names begin with the prefix, in the order of their names. */
  synchronized List<Entry> startingWith(String prefix) {
    return entries.tailMap(prefix, true).entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(prefix))
        .map(entry -> entry.getValue())
        .filter(entry -> !isForgotten(entry))
        .toList();
  }

  /** How long a tombstone is still to be kept; zero or less for one that is to be forgotten. */
  Duration remaining(Entry tombstone) {
    Instant until = tombstone.description().deployedAt().plus(keepDeleted);
    Duration left = Duration.between(clock.instant(), until);
    return left.compareTo(keepDeleted) > 0 ? keepDeleted : left;
  }

  private synchronized boolean keep(Entry entry) {
    String name = entry.description().name().toString();
    Entry known = entries.get(name);
    if (isForgotten(entry) || !Precedence.HIGHEST.stands(known, entry, null)) {
      return false;
    }
    if (known == null && entries.size() >= most && !makeRoom()) {
      return false;
    }
    entries.put(name, entry);
    return true;
  }

  private boolean makeRoom() {
    entries.values().removeIf(this::isForgotten);
    if (entries.size() < most) {
      return true;
    }
    List<Entry> oldestFirst =
        entries.values().stream()
            .filter(Entry::deleted)
            .sorted(Comparator.comparing(entry -> entry.description().deployedAt()))
            .toList();
    oldestFirst.stream()
        .limit((oldestFirst.size() + TENTH - 1) / TENTH)
        .forEach(entry -> entries.remove(entry.description().name().toString()));
    if (!full) {
      full = true;
      LOG.warn("the catalogue has reached {} entries: old deletions are forgotten", most);
    }
    return !oldestFirst.isEmpty();
  }

  private boolean isForgotten(Entry entry) {
    return entry.deleted() && remaining(entry).compareTo(Duration.ZERO) <= 0;
  }
}
