package edge.starling.verticles.gateway;

import edge.starling.codecs.messages.InvokerMessage.Obstacle;

/** The gateway does not do what it was asked; the message is for the deployer. */
final class GatewayFault extends RuntimeException {
  private final Obstacle obstacle;

  GatewayFault(Obstacle obstacle, String message) {
    super(message, null, false, false);
    this.obstacle = obstacle;
  }

  Obstacle obstacle() {
    return obstacle;
  }

  static Obstacle obstacleOf(Throwable error) {
    return error instanceof GatewayFault fault ? fault.obstacle : Obstacle.RUNTIME_DOWN;
  }
}
