package edge.starling.verticles.routing;

import edge.starling.config.InvalidConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The scheduling policies of this node, by name: those of Starling and those on the class path. */
public final class Policies {
  private final Map<String, SchedulingPolicyFactory> byName = new TreeMap<>();

  private Policies() {}

  /** Finds all that there are. */
  public static Policies find() {
    Policies policies = new Policies();
    Stream.of(
            new LocalFirst.Factory(),
            new LeastInProgress.Factory(),
            new RaceAll.Factory(),
            new RandomChoice.Factory(),
            new Split.RoundRobin(),
            new Split.Static(),
            new Split.AllLocal(),
            new Split.LatencyThreshold(),
            new ExcessSplit.SlackProportional(),
            new ExcessSplit.Equal())
        .forEach(policies::add);
    ServiceLoader.load(SchedulingPolicyFactory.class).forEach(policies::add);
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
    SchedulingPolicyFactory factory = byName.get(name);
    if (factory == null) {
      throw new InvalidConfig(setting, text, "one of " + String.join(", ", names()));
    }
    try {
      PolicyParameters parameters = new PolicyParameters(parameters(text.substring(name.length())));
      SchedulingPolicy policy = factory.create(new PolicyContext(nanoTime, random, parameters));
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

  private void add(SchedulingPolicyFactory factory) {
    byName.put(factory.name(), factory);
  }
}
