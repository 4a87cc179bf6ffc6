package edge.starling.verticles.gateway;

import edge.starling.codecs.messages.InvokerMessage.Obstacle;

/** The gateway does not do what it was asked; the message is for the deployer. */
final class GatewayFault extends RuntimeException {
  private final Obstacle obstacle;
  private final boolean answered;

  /** Of a gateway that has answered. */
  GatewayFault(Obstacle obstacle, String message) {
    this(obstacle, message, true);
  }

  private GatewayFault(Obstacle obstacle, String message, boolean answered) {
    super(message, null, false, false);
    this.obstacle = obstacle;
    this.answered = answered;
  }

  /** Of one that has not, or not as a gateway does. */
  static GatewayFault silent(String message) {
    return new GatewayFault(Obstacle.RUNTIME_DOWN, message, false);
  }

  /** Whether there is a gateway, whatever it has said. */
  static boolean isOfOneThatAnswers(Throwable error) {
    return error instanceof GatewayFault fault && fault.answered;
  }

  Obstacle obstacle() {
    return obstacle;
  }

  static Obstacle obstacleOf(Throwable error) {
    return error instanceof GatewayFault fault ? fault.obstacle : Obstacle.RUNTIME_DOWN;
  }
}
