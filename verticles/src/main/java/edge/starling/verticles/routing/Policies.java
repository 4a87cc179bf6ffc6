package edge.starling.verticles.routing;

import edge.starling.config.InvalidConfig;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The scheduling policies of this node, by name: those of Starling and those on the class path. */
public final class Policies {
  private final Map<String, SchedulingPolicyFactory> byName = new TreeMap<>();

  private Policies() {}

  /** Finds all that there are. */
  public static Policies find() {
    Policies policies = new Policies();
    policies.add(new LocalFirst.Factory());
    policies.add(new LeastInProgress.Factory());
    policies.add(new RoundRobin.Factory());
    policies.add(new RaceAll.Factory());
    ServiceLoader.load(SchedulingPolicyFactory.class).forEach(policies::add);
    return policies;
  }

  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /**
   * @param setting that names it
   * @throws InvalidConfig where there is no policy of that name
   */
  public SchedulingPolicyFactory named(String setting, String name) {
    SchedulingPolicyFactory factory = byName.get(name);
    if (factory == null) {
      throw new InvalidConfig(setting, name, "one of " + String.join(", ", names()));
    }
    return factory;
  }

  private void add(SchedulingPolicyFactory factory) {
    byName.put(factory.name(), factory);
  }
}
