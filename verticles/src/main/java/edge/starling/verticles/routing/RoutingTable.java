package edge.starling.verticles.routing;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Announcements;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.NodeId;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who provides which function, as far as this router has heard. Each node numbers the changes of
 * what it provides; a number that does not follow the last one heard means that something was
 * missed, and then the node is asked for its whole list. Confined to the router's event loop.
 */
final class RoutingTable {
  private static final long MISSED_FOR_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int MISSED_NAMES = 1_000;
  private static final int DELETED_NAMES = 10_000;

  private final LongSupplier nanoTime;
  private final Map<FunctionName, Route> routes = new HashMap<>();
  private final Map<NodeId, Long> numbers = new HashMap<>();
  private final Map<FunctionName, Long> missed =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<FunctionName, Long> eldest) {
          return size() > MISSED_NAMES;
        }
      };
  private final Map<FunctionName, FunctionVersion> deleted =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<FunctionName, FunctionVersion> eldest) {
          return size() > DELETED_NAMES;
        }
      };

  RoutingTable(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** What is known of a function. */
  static final class Route {
    private FunctionVersion version;
    private Settings settings;
    private final Set<NodeId> providers = new LinkedHashSet<>();

    private Route(Description description) {
      version = description.version();
      settings = description.settings();
    }

    /** The most that a call may take. */
    Duration timeout() {
      return settings.timeout();
    }

    /** Of each provider for this function; null for the node's own. */
    @Nullable Capacity capacity() {
      return settings.capacity();
    }

    /** That places its calls; null for the node's own. */
    @Nullable String policy() {
      return settings.policy();
    }

    Set<NodeId> providers() {
      return Collections.unmodifiableSet(providers);
    }

    private void update(Description description) {
      if (description.version().compareTo(version) > 0) {
        version = description.version();
        settings = description.settings();
      }
    }
  }

  @Nullable Route find(FunctionName function) {
    return routes.get(function);
  }

  /** Whether the index was asked a moment ago, and knew no provider. */
  boolean hasMissed(FunctionName function) {
    Long since = missed.get(function);
    return since != null && nanoTime.getAsLong() - since < MISSED_FOR_NANOS;
  }

  /**
   * The node provides this version.
   *
   * @return false where a change before this one was missed
   */
  boolean announced(NodeId node, long number, Description description) {
    if (isBehind(node, number)) {
      provide(node, description);
    }
    return follows(node, number);
  }

  /** The node no longer provides it; returns as {@link #announced}. */
  boolean withdrawn(NodeId node, long number, FunctionName function) {
    if (isBehind(node, number)) {
      remove(node, function);
    }
    return follows(node, number);
  }

  /** Whether the node has told more than was heard. */
  boolean isBehind(NodeId node, long number) {
    return numbers.getOrDefault(node, 0L) < number;
  }

  /** All that the node provides, in place of what was thought, unless more was heard since. */
  void replace(Announcements all) {
    if (all.number() < numbers.getOrDefault(all.node(), 0L)) {
      return;
    }
    routes.values().forEach(route -> route.providers.remove(all.node()));
    all.functions().forEach(description -> provide(all.node(), description));
    numbers.put(all.node(), all.number());
  }

  /**
   * What the index knows of a function, which is also the end of a deletion that it has forgotten.
   * Its providers are added to those that have announced themselves while it was asked.
   *
   * @param entry null where the index does not know the function
   * @param isMember the index may name nodes that have left meanwhile
   */
  void learn(FunctionName function, @Nullable Entry entry, Predicate<NodeId> isMember) {
    if (entry == null) {
      forgetUnprovided(function);
    } else if (entry.deleted()) {
      deleted(function, entry.description().version());
    } else {
      deleted.remove(function);
      Route route = route(entry.description());
      entry.providers().stream().filter(isMember).forEach(route.providers::add);
    }
    if (entry == null || entry.providers().isEmpty()) {
      missed.remove(function);
      missed.put(function, nanoTime.getAsLong());
    }
  }

  void remove(NodeId node, FunctionName function) {
    Route route = routes.get(function);
    if (route != null) {
      route.providers.remove(node);
    }
  }

  /**
   * The function is gone, unless a version after that is known. Announcements of earlier versions
   * that are still under way do not bring it back.
   */
  void deleted(FunctionName function, FunctionVersion upTo) {
    deleted.merge(function, upTo, (one, other) -> one.compareTo(other) < 0 ? other : one);
    Route route = routes.get(function);
    if (route != null && route.version.compareTo(upTo) <= 0) {
      routes.remove(function);
    }
  }

  /** The node and all that it provided is gone. */
  void lost(NodeId node) {
    routes.values().forEach(route -> route.providers.remove(node));
    numbers.remove(node);
  }

  private void provide(NodeId node, Description description) {
    if (!isDeleted(description)) {
      missed.remove(description.name());
      route(description).providers.add(node);
    }
  }

  private boolean isDeleted(Description description) {
    FunctionVersion upTo = deleted.get(description.name());
    return upTo != null && description.version().compareTo(upTo) <= 0;
  }

  private void forgetUnprovided(FunctionName function) {
    Route route = routes.get(function);
    if (route != null && route.providers.isEmpty()) {
      routes.remove(function);
    }
  }

  private Route route(Description description) {
    Route route = routes.computeIfAbsent(description.name(), name -> new Route(description));
    route.update(description);
    return route;
  }

  private boolean follows(NodeId node, long number) {
    long heard = numbers.getOrDefault(node, 0L);
    if (number <= heard) {
      return true;
    }
    if (number == heard + 1) {
      numbers.put(node, number);
      return true;
    }
    return false;
  }
}
