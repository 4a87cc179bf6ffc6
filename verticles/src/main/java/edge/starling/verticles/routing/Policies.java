package edge.starling.verticles.routing;

import edge.starling.config.InvalidConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The scheduling policies of this node, by name: those of Starling and those on the class path. */
public final class Policies {
  private final Map<String, Function<PolicyContext, SchedulingPolicy>> byName = new TreeMap<>();

  private Policies() {}

  /** Finds all that there are. */
  public static Policies find() {
    Policies policies = new Policies();
    policies.add("local-first", context -> new LocalFirst());
    policies.add("least-in-progress", context -> new LeastInProgress());
    policies.add("race-all", context -> new RaceAll());
    policies.add("random", context -> new RandomChoice(context.random()));
    policies.add("round-robin", context -> Split.roundRobin());
    policies.add("all-local", context -> Split.allLocal());
    policies.add("static", context -> Split.byShare(context.parameters()));
    policies.add("latency-threshold", context -> Split.byLatency(context.parameters()));
    policies.add("slack-proportional", context -> ExcessSplit.bySlack());
    policies.add("equal-split", context -> ExcessSplit.equally());
    ServiceLoader.load(SchedulingPolicyFactory.class)
        .forEach(factory -> policies.add(factory.name(), factory::create));
    return policies;
  }

  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /**
   * Makes the policy that a text names: {@code NAME}, or {@code NAME:KEY=VALUE,KEY=VALUE} with
   * parameters.
   *
   * @param setting that has the text
   * @throws InvalidConfig where there is no policy of that name, or it takes no such parameters
   */
  public SchedulingPolicy create(
      String setting, String text, LongSupplier nanoTime, RandomGenerator random) {
    String name = text.contains(":") ? text.substring(0, text.indexOf(':')) : text;
    Function<PolicyContext, SchedulingPolicy> made = byName.get(name);
    if (made == null) {
      throw new InvalidConfig(setting, text, "one of " + String.join(", ", names()));
    }
    try {
      PolicyParameters parameters = new PolicyParameters(parameters(text.substring(name.length())));
      SchedulingPolicy policy = made.apply(new PolicyContext(nanoTime, random, parameters));
      parameters.checkAllAsked();
      return policy;
    } catch (IllegalArgumentException e) {
      throw new InvalidConfig(setting, text, name + " with " + e.getMessage());
    }
  }

  private static Map<String, String> parameters(String text) {
    Map<String, String> parameters = new HashMap<>();
    if (!text.isEmpty()) {
      for (String pair : text.substring(1).split(",", -1)) {
        int equals = pair.indexOf('=');
        if (equals < 1
            || parameters.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
          throw new IllegalArgumentException("parameters as in NAME:KEY=VALUE,KEY=VALUE");
        }
      }
    }
    return parameters;
  }

  private void add(String name, Function<PolicyContext, SchedulingPolicy> made) {
    byName.put(name, made);
  }
}
