package edge.starling.codecs.messages;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a function is asked, as HTTP has it.
 *
 * @param method in upper case
 * @param path what follows the function's name: normalised, begins with {@code /}
 * @param query what follows the question mark, undecoded; null when there is none
 */
public record Request(
    String method, String path, @Nullable String query, Headers headers, Body body) {
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE");

  public Request {
    method = method.toUpperCase(Locale.ROOT);
  }

  /**
   * Whether running it twice is the same as running it once: by its method (RFC 9110, 9.2.2), or
   * because the caller says so with {@code Idempotency-Key}.
   */
  public boolean isIdempotent() {
    return IDEMPOTENT.contains(method) || headers.first("Idempotency-Key").isPresent();
  }

  public Request withBody(Body other) {
    return new Request(method, path, query, headers, other);
  }
}
