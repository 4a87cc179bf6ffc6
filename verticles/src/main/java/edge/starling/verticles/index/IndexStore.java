package edge.starling.verticles.index;

import com.hazelcast.config.Config;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.PartitioningStrategyConfig;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.strategy.StringPartitioningStrategy;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import com.hazelcast.spi.exception.RetryableException;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The two cluster maps: a function's name to its newest description or tombstone, and node and
 * function to the life of the node that provides it. The maps lie in the members' memory, and
 * forget with them; so what the catalogue knows better is put there again before it matters. Every
 * method blocks, for as long as Hazelcast's operation time-out at worst; none may be called on an
 * event loop. Thread-safe.
 */
final class IndexStore {
  private static final int DELETE_TRIES = 5;

  /** So many entries of each partition are fetched at once. */
  private static final int FETCHED = 100;

  private static final Pattern PREFIX_OF_A_NAME = Pattern.compile("[-.a-z0-9]*");

  private final IMap<String, byte[]> functions;
  private final IMap<String, String> providers;
  private final Membership members;
  private final Catalogue catalogue;

  IndexStore(HazelcastInstance hazelcast, Membership members, Catalogue catalogue) {
    this.functions = hazelcast.getMap(Addresses.FUNCTIONS_MAP);
    this.providers = hazelcast.getMap(Addresses.PROVIDERS_MAP);
    this.members = members;
    this.catalogue = catalogue;
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
    standing(description.name());
    return provide(node, description, put(description, Precedence.REPLACES, replaces));
  }

  /** Makes the node a provider of the version, unless a higher one stands. */
  Standing announce(NodeId node, Description description) {
    standing(description.name());
    return provide(node, description, put(description, Precedence.HIGHEST, null));
  }

  /**
   * Makes the node a provider of the version again, if it still is one by then: what is withdrawn
   * meanwhile is withdrawn after that.
   */
  synchronized Optional<Standing> announceAgain(
      NodeId node, Description description, BooleanSupplier provides) {
    return provides.getAsBoolean() ? Optional.of(announce(node, description)) : Optional.empty();
  }

  /** Takes the node's entry out; an entry of a later life of the node stays. */
  synchronized void withdraw(NodeId node, FunctionName function) {
    providers.remove(ProviderKey.of(node, function).toString(), node.toString());
  }

  /** Takes all entries of that life of a node out. */
  synchronized void forget(NodeId node) {
    providers.removeAll(
        Predicates.and(
            Predicates.like("__key", node.name() + "@%"),
            Predicates.equal("this", node.toString())));
  }

  /** What stands: with its live providers; null for a name that is not known. */
  @Nullable Entry lookup(FunctionName function) {
    Entry standing = standing(function);
    return standing == null ? null : withProviders(standing, providersOf(function));
  }

  /** From now on the catalogue learns what becomes of the functions map. */
  UUID listen() {
    return functions.addEntryListener(new CatalogueListener(catalogue), true);
  }

  void stopListening(UUID listener) {
    functions.removeEntryListener(listener);
  }

  /** Has the catalogue learn all that the map has, and the map what only the catalogue has. */
  void reconcile() {
    Map<FunctionName, FunctionVersion> there = new HashMap<>();
    for (Map.Entry<String, byte[]> stored : stored()) {
      Entry entry = StoredEntry.read(stored.getValue());
      catalogue.learn(entry);
      there.put(entry.description().name(), entry.description().version());
    }
    for (Entry known : catalogue.all()) {
      FunctionVersion version = there.get(known.description().name());
      if (version == null || version.compareTo(known.description().version()) < 0) {
        restore(known);
      }
    }
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
          put(
              new Entry(tombstone, true, List.of()),
              Precedence.REPLACES,
              present.description().version());
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
    List<Entry> live =
        standing(prefix).stream()
            .filter(entry -> after == null || nameOf(entry).compareTo(after.toString()) > 0)
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

  /** What is there, or what the catalogue knows to be newer; then that is there again. */
  private @Nullable Entry standing(FunctionName function) {
    byte[] stored = functions.get(function.toString());
    Entry present = stored == null ? null : StoredEntry.read(stored);
    if (present != null) {
      catalogue.learn(present);
    }
    Entry known = catalogue.of(function);
    return known != null && Precedence.HIGHEST.stands(present, known, null)
        ? restore(known)
        : present;
  }

  /** All with that prefix, in the order of their names. */
  private Collection<Entry> standing(String prefix) {
    Map<String, Entry> standing = new TreeMap<>();
    catalogue.startingWith(prefix).forEach(known -> standing.put(nameOf(known), known));
    Predicate<String, byte[]> begins = Predicates.like("__key", prefix + "%");
    for (Map.Entry<String, byte[]> stored : functions.entrySet(begins)) {
      Entry present = StoredEntry.read(stored.getValue());
      catalogue.learn(present);
      standing.merge(
          stored.getKey(),
          present,
          (known, there) -> Precedence.HIGHEST.stands(known, there, null) ? there : known);
    }
    return standing.values();
  }

  private Entry restore(Entry known) {
    return put(known, Precedence.HIGHEST, null);
  }

  private Entry put(
      Description description, Precedence precedence, @Nullable FunctionVersion replaces) {
    return put(new Entry(description, false, List.of()), precedence, replaces);
  }

  /** The entry that stands after that. */
  private Entry put(Entry entry, Precedence precedence, @Nullable FunctionVersion replaces) {
    long keepMillis = entry.deleted() ? Math.max(1, catalogue.remaining(entry).toMillis()) : 0;
    Entry standing =
        StoredEntry.read(
            functions.executeOnKey(
                nameOf(entry),
                new PutEntry(
                    StoredEntry.of(entry.description(), entry.deleted()),
                    precedence,
                    replaces,
                    keepMillis)));
    catalogue.learn(standing);
    return standing;
  }

  /** Page by page, so that a large map does not come at once. */
  private Iterable<Map.Entry<String, byte[]>> stored() {
    return () -> functions.iterator(FETCHED);
  }

  private static String nameOf(Entry entry) {
    return entry.description().name().toString();
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

  /** Whether it is that the members which have the entries did not answer, or not yet. */
  static boolean isSilence(Throwable error) {
    return error instanceof HazelcastException
        || error instanceof HazelcastInstanceNotActiveException
        || error instanceof RetryableException;
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
