package edge.starling.verticles.routing;

/**
 * Makes a policy by its name. Found by {@link java.util.ServiceLoader}: a jar with one of these on
 * the class path adds its policy to the node.
 */
public interface SchedulingPolicyFactory {

  /** What {@code routing.policy} names it; without a colon. */
  String name();

  /**
   * @throws IllegalArgumentException for parameters that the policy does not take; the message
   *     completes "it must be NAME with …"
   */
  SchedulingPolicy create(PolicyContext context);
}
