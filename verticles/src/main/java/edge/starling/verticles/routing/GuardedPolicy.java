package edge.starling.verticles.routing;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A policy that never throws: the call that another one fails to decide is rejected. */
final class GuardedPolicy implements SchedulingPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedPolicy.class);

  private final SchedulingPolicy policy;

  GuardedPolicy(SchedulingPolicy policy) {
    this.policy = policy;
  }

  @Override
  public Decision decide(Call call, View view) {
    try {
      return policy.decide(call, view);
    } catch (RuntimeException e) {
      LOG.error("the scheduling policy failed; the call is rejected", e);
      return Decision.REJECT;
    }
  }

  @Override
  public void observe(Event event) {
    try {
      policy.observe(event);
    } catch (RuntimeException e) {
      LOG.error("the scheduling policy failed to hear of an event", e);
    }
  }
}
