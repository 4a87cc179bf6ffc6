package edge.starling.verticles.ingress;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** What the node serves as it lies in the jar. */
final class Pages {
  static final String OPENAPI = "openapi.yaml";

  private final byte[] openapi = resource("/" + OPENAPI);
  private final byte[] dashboard = resource("/ingress/index.html");
  private final String policy = policy(new String(dashboard, StandardCharsets.UTF_8));

  /** {@code GET /openapi.yaml}. */
  void openapi(Exchange exchange) {
    exchange.text(200, "application/yaml", openapi);
  }

  /** {@code GET /}. */
  void dashboard(Exchange exchange) {
    exchange.response().putHeader("Content-Security-Policy", policy);
    exchange.response().putHeader("X-Content-Type-Options", "nosniff");
    exchange.response().putHeader("Cache-Control", "no-cache");
    exchange.text(200, "text/html; charset=utf-8", dashboard);
  }

  static byte[] resource(String path) {
    try (InputStream in = Pages.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is missing from the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The page's own script and style and this node are all that a browser may use. */
  private static String policy(String page) {
    return "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none';"
        + " frame-ancestors 'none'; script-src "
        + hash(page, "script")
        + "; style-src "
        + hash(page, "style");
  }

  private static String hash(String page, String element) {
    int start = page.indexOf("<" + element + ">") + element.length() + 2;
    String content = page.substring(start, page.indexOf("</" + element + ">", start));
    try {
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(sha256) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
