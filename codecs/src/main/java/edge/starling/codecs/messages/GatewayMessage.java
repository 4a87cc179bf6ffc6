package edge.starling.codecs.messages;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the gateway verticle takes and answers: it manages the OpenFaaS gateway of its node. */
public sealed interface GatewayMessage extends BusMessage {

  /**
   * Have the gateway run this version, in place of any other. Completes once it can be called.
   *
   * @param image what it is there
   */
  record Install(Description description, String image) implements GatewayMessage {}

  /**
   * @param obstacle null when it can be called
   * @param problem for the deployer; null when it can be called
   */
  record Installed(InvokerMessage.@Nullable Obstacle obstacle, @Nullable String problem)
      implements GatewayMessage {}

  /** The gateway need not run it any longer: it goes there, unless it was adopted. */
  record Uninstall(Description description) implements GatewayMessage {}

  record Uninstalled() implements GatewayMessage {}

  /** Make a function that the gateway has one of the cluster's. */
  record Adopt(FunctionName function) implements GatewayMessage {}

  /** Have the gateway run so many replicas of a function; 0 for none until it is called. */
  record Scale(FunctionName function, int replicas) implements GatewayMessage {}

  /**
   * @param problem null when the gateway took it
   */
  record Scaled(@Nullable String problem) implements GatewayMessage {}

  /** How often does the gateway run it? */
  record AskReplicas(FunctionName function) implements GatewayMessage {}

  /**
   * As the gateway said when it was last asked.
   *
   * @param wanted null where it has no such function, or there is no gateway
   * @param gateway its URL; nodes that name the same have the same gateway; null for none
   */
  record Replicas(@Nullable Integer wanted, int available, @Nullable String gateway)
      implements GatewayMessage {}

  /** Tell what this function logs at the gateway, for as long as this is asked again. */
  record FollowLog(FunctionName function) implements GatewayMessage {}

  /**
   * What the gateway had of it is told.
   *
   * @param problem null where there is none
   */
  record LogFollowed(@Nullable String problem) implements GatewayMessage {}

  /** Told within the node: a function has logged this at the gateway. */
  record GatewayLogged(FunctionName function, List<InvokerMessage.LogLine> lines)
      implements GatewayMessage {
    public GatewayLogged {
      lines = List.copyOf(lines);
    }
  }

  /** A call has met a gateway that does not answer, or does not know its function: look at once. */
  record Suspect() implements GatewayMessage {}

  /** Told within the node: the gateway answers again, or does not any more. */
  record GatewayChanged(boolean up) implements GatewayMessage {}
}
