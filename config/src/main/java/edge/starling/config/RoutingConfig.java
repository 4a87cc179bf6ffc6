package edge.starling.config;

/**
 * Where calls run.
 *
 * @param policy the name of a scheduling policy, with its parameters: {@code static:here=0.6}
 * @param hops how often a call may be forwarded
 */
public record RoutingConfig(
    @Live @Default("local-first") String policy, @Live @Default("1") int hops) {
  public RoutingConfig {
    Check.word("routing.policy", policy, "the name of a scheduling policy");
    Check.between("routing.hops", hops, 0, 16);
  }
}
