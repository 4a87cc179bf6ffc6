package edge.starling.config;

/** A setting that the node does not start with. The message is for the person who wrote it. */
public final class InvalidConfig extends RuntimeException {
  public InvalidConfig(String key, Object value, String allowed) {
    super(key + ": \"" + value + "\" is not allowed; it must be " + allowed);
  }

  public InvalidConfig(String message) {
    super(message);
  }
}
