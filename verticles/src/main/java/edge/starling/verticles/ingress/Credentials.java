package edge.starling.verticles.ingress;

import edge.starling.config.BasicAuthConfig;
import edge.starling.config.InvalidConfig;
import edge.starling.config.ValueOrFile;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What a client has to say to manage the node (RFC 7617). Thread-safe. */
final class Credentials {
  /** What tells clients how to say it. */
  static final String CHALLENGE = "Basic realm=\"Restricted\"";

  private static final String SCHEME = "Basic ";

  /**
   * Of {@code user:password}, so that comparing takes as long whatever is said; null for anybody.
   */
  private final byte @Nullable [] wanted;

  private Credentials(byte @Nullable [] wanted) {
    this.wanted = wanted;
  }

  /**
   * Reads the files; blocks.
   *
   * @throws InvalidConfig for a file that cannot be read or is empty
   */
  static Credentials of(BasicAuthConfig config) {
    if (!config.enabled()) {
      return new Credentials(null);
    }
    String user = ValueOrFile.read("http.basic-auth.user-file", config.userFile(), config.user());
    String password =
        ValueOrFile.read("http.basic-auth.password-file", config.passwordFile(), config.password());
    return new Credentials(digest((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * @param authorization the header field; null where there is none
   */
  boolean allow(@Nullable String authorization) {
    if (wanted == null) {
      return true;
    }
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    try {
      byte[] said = Base64.getDecoder().decode(authorization.substring(SCHEME.length()).trim());
      return MessageDigest.isEqual(wanted, digest(said));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] digest(byte[] text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
