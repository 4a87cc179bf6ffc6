package edge.starling.config;

import java.time.Duration;

/**
 * Where calls run.
 *
 * @param policy the name of a scheduling policy
 * @param hops how often a call may be forwarded
 * @param callTimeout of calls that name none and whose function has none
 */
public record RoutingConfig(
    @Default("local-first") String policy,
    @Default("1") int hops,
    @Default("60s") Duration callTimeout) {
  public RoutingConfig {
    Check.word("routing.policy", policy, "the name of a scheduling policy");
    Check.between("routing.hops", hops, 0, 16);
    Check.between("routing.call-timeout", callTimeout, Check.TICK, Check.DAY);
  }
}
