package edge.starling.verticles.index;

import com.hazelcast.config.Config;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.PartitioningStrategyConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.strategy.StringPartitioningStrategy;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.FunctionPage;
import edge.starling.codecs.messages.IndexMessage.Standing;
import edge.starling.codecs.messages.IndexMessage.Verdict;
import edge.starling.codecs.messages.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The two cluster maps: a function's name to its newest description or tombstone, and node and
 * function to the life of the node that provides it. Every method blocks, for as long as
 * Hazelcast's operation time-out at worst; none may be called on an event loop. Thread-safe.
 */
final class IndexStore {
  private static final int DELETE_TRIES = 5;
  private static final Pattern PREFIX_OF_A_NAME = Pattern.compile("[-.a-z0-9]*");

  private final IMap<String, byte[]> functions;
  private final IMap<String, String> providers;
  private final Membership members;
  private final Duration keepDeleted;

  IndexStore(HazelcastInstance hazelcast, Membership members, Duration keepDeleted) {
    this.functions = hazelcast.getMap(Addresses.FUNCTIONS_MAP);
    this.providers = hazelcast.getMap(Addresses.PROVIDERS_MAP);
    this.members = members;
    this.keepDeleted = keepDeleted;
  }

  static void configure(Config config) {
    config.addMapConfig(
        new MapConfig(Addresses.FUNCTIONS_MAP)
            .setMergePolicyConfig(
                new MergePolicyConfig().setPolicy(HighestVersionWins.class.getName())));
    config.addMapConfig(
        new MapConfig(Addresses.PROVIDERS_MAP)
            .setPartitioningStrategyConfig(
                new PartitioningStrategyConfig(StringPartitioningStrategy.class.getName())));
  }

  /**
   * Makes this the function's version if {@code replaces} still stands, and the node a provider.
   */
  Standing publish(NodeId node, Description description, @Nullable FunctionVersion replaces) {
    return provide(node, description, put(description, Precedence.REPLACES, replaces));
  }

  /** Makes the node a provider of the version, unless a higher one stands. */
  Standing announce(NodeId node, Description description) {
    return provide(node, description, put(description, Precedence.HIGHEST, null));
  }

  /** Takes the node's entry out; an entry of a later life of the node stays. */
  void withdraw(NodeId node, FunctionName function) {
    providers.remove(ProviderKey.of(node, function).toString(), node.toString());
  }

  /** Takes all entries of that life of a node out. */
  void forget(NodeId node) {
    providers.removeAll(
        Predicates.and(
            Predicates.like("__key", node.name() + "@%"),
            Predicates.equal("this", node.toString())));
  }

  /** What stands: with its live providers; null for a name that is not known. */
  @Nullable Entry lookup(FunctionName function) {
    byte[] stored = functions.get(function.toString());
    return stored == null ? null : withProviders(StoredEntry.read(stored), providersOf(function));
  }

  /**
   * Puts a tombstone in the function's place.
   *
   * @return the tombstone; null where there was no such function
   */
  @Nullable Entry delete(FunctionName function) {
    for (int i = 0; i < DELETE_TRIES; i++) {
      Entry present = lookup(function);
      if (present == null || present.deleted()) {
        return null;
      }
      Description tombstone = tombstone(present.description());
      Entry standing =
          StoredEntry.read(
              functions.executeOnKey(
                  function.toString(),
                  new PutEntry(
                      StoredEntry.of(tombstone, true),
                      Precedence.REPLACES,
                      present.description().version(),
                      keepDeleted.toMillis())));
      if (standing.deleted()) {
        return standing;
      }
    }
    throw new IllegalStateException(function + " is being changed all the time");
  }

  /** The functions whose names begin with the prefix, in the order of their names. */
  FunctionPage list(String prefix, @Nullable FunctionName after, int limit) {
    if (!PREFIX_OF_A_NAME.matcher(prefix).matches()) {
      return new FunctionPage(List.of(), false);
    }
    Predicate<String, byte[]> begins = Predicates.like("__key", prefix + "%");
    List<Entry> live =
        functions.entrySet(begins).stream()
            .filter(stored -> after == null || stored.getKey().compareTo(after.toString()) > 0)
            .sorted(Map.Entry.comparingByKey())
            .map(stored -> StoredEntry.read(stored.getValue()))
            .filter(entry -> !entry.deleted())
            .limit(limit + 1L)
            .toList();
    Map<FunctionName, List<NodeId>> provided = providersOfAll(prefix);
    List<Entry> page =
        live.stream()
            .limit(limit)
            .map(
                entry ->
                    withProviders(
                        entry, provided.getOrDefault(entry.description().name(), List.of())))
            .toList();
    return new FunctionPage(page, live.size() > limit);
  }

  private Entry put(
      Description description, Precedence precedence, @Nullable FunctionVersion replaces) {
    return StoredEntry.read(
        functions.executeOnKey(
            description.name().toString(),
            new PutEntry(StoredEntry.of(description, false), precedence, replaces, 0)));
  }

  private Standing provide(NodeId node, Description description, Entry standing) {
    if (!standing.description().version().equals(description.version())) {
      return superseded(standing);
    }
    String key = ProviderKey.of(node, description.name()).toString();
    providers.set(key, node.toString());
    // Whoever deletes or replaces a version looks for its providers after that: one of the two sees
    // the other.
    Entry now = Objects.requireNonNullElse(lookup(description.name()), standing);
    if (!now.description().version().equals(description.version())) {
      providers.remove(key, node.toString());
      return superseded(now);
    }
    return new Standing(Verdict.CURRENT, now);
  }

  private Standing superseded(Entry newest) {
    return new Standing(
        newest.deleted() ? Verdict.DELETED : Verdict.OUTDATED,
        withProviders(newest, providersOf(newest.description().name())));
  }

  private List<NodeId> providersOf(FunctionName function) {
    Predicate<String, String> ofFunction =
        Predicates.partitionPredicate(
            function.toString(), Predicates.like("__key", "%@" + function));
    return providers.values(ofFunction).stream()
        .map(NodeId::parse)
        .filter(members::isLive)
        .sorted(Comparator.comparing(NodeId::name))
        .toList();
  }

  private Map<FunctionName, List<NodeId>> providersOfAll(String prefix) {
    Predicate<String, String> begins = Predicates.like("__key", "%@" + prefix + "%");
    Map<FunctionName, List<NodeId>> provided = new HashMap<>();
    providers.entrySet(begins).stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry -> {
              NodeId node = NodeId.parse(entry.getValue());
              if (members.isLive(node)) {
                provided
                    .computeIfAbsent(
                        ProviderKey.parse(entry.getKey()).function(), name -> new ArrayList<>())
                    .add(node);
              }
            });
    return provided;
  }

  private static Entry withProviders(Entry entry, List<NodeId> nodes) {
    return new Entry(entry.description(), entry.deleted(), entry.deleted() ? List.of() : nodes);
  }

  /** The version after the last, without what the deployer had set, which may be secret. */
  private static Description tombstone(Description last) {
    Settings settings = last.settings();
    return new Description(
        last.name(),
        last.version().next("deleted"),
        last.form(),
        new Settings(
            settings.runtime(), settings.memoryMiB(), settings.timeout(), Map.of(), Map.of()),
        last.handler(),
        null,
        Instant.now());
  }
}
