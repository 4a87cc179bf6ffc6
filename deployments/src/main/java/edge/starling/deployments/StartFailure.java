package edge.starling.deployments;

/** A node that could not start; the message is for the person who started it. */
public final class StartFailure extends RuntimeException {
  public StartFailure(String message, Throwable cause) {
    super(message, cause);
  }

  public StartFailure(String message) {
    super(message);
  }
}
