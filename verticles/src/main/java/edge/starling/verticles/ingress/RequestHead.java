package edge.starling.verticles.ingress;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is refused for its head alone, so that nobody takes its body for something else. */
final class RequestHead {
  /** Bytes of method, target and version. */
  static final int MAX_FIRST_LINE = 8 * 1024;

  /** Bytes of all header fields. */
  static final int MAX_FIELDS = 16 * 1024;

  private static final String CHUNKED = "chunked";

  private RequestHead() {}

  /**
   * @param version such as {@code HTTP/1.1}
   * @param hosts how many {@code Host} fields it has
   * @param transferEncodings the values of all its {@code Transfer-Encoding} fields
   * @return null where nothing is wrong
   */
  static @Nullable Problem fault(String version, int hosts, List<String> transferEncodings) {
    if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
      return Problem.of(
          505,
          "http-version",
          "The HTTP version is not supported",
          version + " is not spoken here; HTTP/1.1 and HTTP/1.0 are");
    }
    if (hosts > 1) {
      return Problem.malformed("a request has one Host field (RFC 9112, 3.2), not " + hosts);
    }
    if (transferEncodings.isEmpty()) {
      return null;
    }
    if (version.equals("HTTP/1.0")) {
      return Problem.malformed("HTTP/1.0 has no Transfer-Encoding (RFC 9112, 6.1)");
    }
    if (transferEncodings.size() > 1 || !transferEncodings.get(0).equalsIgnoreCase(CHUNKED)) {
      return Problem.of(
          501,
          "transfer-coding",
          "The transfer coding is unknown",
          "the Transfer-Encoding \""
              + String.join(", ", transferEncodings)
              + "\" is not known here; \"chunked\" is");
    }
    return null;
  }

  /**
   * @param target as the first line has it
   * @return what is wrong with it; null where nothing is
   */
  static @Nullable String targetFault(String target) {
    if (!target.startsWith("/") && !target.contains("://")) {
      return "the target of the request must be a path that begins with \"/\", or a URL";
    }
    for (int i = target.indexOf('%'); i >= 0; i = target.indexOf('%', i + 1)) {
      if (i + 2 >= target.length()
          || !isHex(target.charAt(i + 1))
          || !isHex(target.charAt(i + 2))) {
        int query = target.indexOf('?');
        return (query < 0 || i < query ? "the path" : "the query")
            + " has a '%' that is not followed by two hex digits";
      }
    }
    return null;
  }

  private static boolean isHex(char c) {
    return Character.digit(c, 16) >= 0 && c < 0x80;
  }
}
