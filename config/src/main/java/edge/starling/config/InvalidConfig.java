package edge.starling.config;

import org.jspecify.annotations.Nullable;

/**
 * Settings that the node does not start with. The message is for the person who wrote them, one
 * line a problem.
 */
public final class InvalidConfig extends RuntimeException {
  private final @Nullable Refusal refusal;

  private record Refusal(String key, String shown, String allowed) {
    String from(String origin) {
      return key + ": " + shown + origin + " is not allowed; it must be " + allowed;
    }
  }

  /** One value; {@code allowed} completes "it must be …". */
  public InvalidConfig(String key, Object value, String allowed) {
    this(new Refusal(key, Shown.value(key, value), allowed));
  }

  /** Whatever else is wrong, in full sentences. */
  public InvalidConfig(String message) {
    super(message);
    this.refusal = null;
  }

  private InvalidConfig(Refusal refusal) {
    super(refusal.from(""));
    this.refusal = refusal;
  }

  /** The key whose value is refused; null where it is not about a single one. */
  @Nullable String key() {
    return refusal == null ? null : refusal.key;
  }

  /** The message with the place where the value was written, such as {@code from --set}. */
  String messageWith(String origin) {
    return refusal == null ? String.valueOf(getMessage()) : refusal.from(" " + origin);
  }
}
