package edge.starling.verticles.routing;

import edge.starling.config.InvalidConfig;
import edge.starling.config.NodeConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies in use: the node's for calls, the node's for items of manycalls, and those that
 * functions have chosen. A policy that stays chosen keeps its state when another one changes.
 * Confined to the router's event loop.
 */
final class PolicyBook {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyBook.class);
  private static final String SETTING = "routing.policy";
  private static final String ITEMS_SETTING = "manycall.policy";
  private static final int MOST_CHOSEN = 1_000;

  private final Policies policies = Policies.find();
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final Map<String, Optional<SchedulingPolicy>> chosen =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Optional<SchedulingPolicy>> eldest) {
          return size() > MOST_CHOSEN;
        }
      };
  private Named forCalls;
  private Named forItems;

  private record Named(String text, SchedulingPolicy policy) {}

  /**
   * @throws InvalidConfig where the configuration names a policy that is not there
   */
  PolicyBook(NodeConfig config, LongSupplier nanoTime, RandomGenerator random) {
    this.nanoTime = nanoTime;
    this.random = random;
    this.forCalls = named(SETTING, config.routing().policy());
    this.forItems = named(ITEMS_SETTING, config.manycall().policy());
  }

  /**
   * Calls are decided by these from now on.
   *
   * @throws InvalidConfig as when it was made; then nothing has changed
   */
  void use(NodeConfig config) {
    Named calls = kept(forCalls, SETTING, config.routing().policy());
    Named items = kept(forItems, ITEMS_SETTING, config.manycall().policy());
    forCalls = calls;
    forItems = items;
  }

  /**
   * @param ofFunction that the function has chosen; null for none. Where it is not there, for the
   *     plug-in is missing on this node, the node's own decides.
   */
  SchedulingPolicy of(Call call, boolean item, @Nullable String ofFunction) {
    if (item) {
      return forItems.policy;
    }
    return ofFunction == null
        ? forCalls.policy
        : chosen.computeIfAbsent(ofFunction, this::chosen).orElse(forCalls.policy);
  }

  /**
   * @param key of the setting or the field that has the text
   * @return what is wrong with it and what is allowed; null when nothing is
   */
  @Nullable String problem(String key, String text) {
    try {
      named(key, text);
      return null;
    } catch (InvalidConfig e) {
      return e.getMessage();
    }
  }

  private Optional<SchedulingPolicy> chosen(String text) {
    try {
      return Optional.of(named("policy", text).policy);
    } catch (InvalidConfig e) {
      LOG.warn("a function's {}; {} decides instead", e.getMessage(), SETTING);
      return Optional.empty();
    }
  }

  private Named kept(Named present, String setting, String text) {
    return present.text.equals(text) ? present : named(setting, text);
  }

  private Named named(String setting, String text) {
    return new Named(text, new GuardedPolicy(policies.create(setting, text, nanoTime, random)));
  }
}
