package edge.starling.verticles.ingress;

import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The head of a part of a form (RFC 7578, 4).
 *
 * @param fileName null where the part is no file
 * @param charset of a part that is no file
 */
record PartHead(String name, @Nullable String fileName, Charset charset) {
  private static final Set<String> IDENTITIES = Set.of("", "7bit", "8bit", "binary");

  /**
   * @param lines ended by CRLF, but for the last
   * @throws Unacceptable 400
   */
  static PartHead parse(String lines) {
    Map<String, String> fields = new HashMap<>();
    for (String line : lines.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon >= 1) {
        fields.putIfAbsent(
            line.substring(0, colon).strip().toLowerCase(Locale.ROOT), line.substring(colon + 1));
      }
    }
    FieldValue disposition = FieldValue.parse(fields.getOrDefault("content-disposition", ""));
    String name = disposition.parameters().get("name");
    if (!disposition.text().equals("form-data") || name == null) {
      throw Unacceptable.malformed(
          "each part of the form needs the line Content-Disposition: form-data; name=\"…\"");
    }
    checkEncoding(name, fields.getOrDefault("content-transfer-encoding", ""));
    return new PartHead(
        name,
        fileName(name, disposition.parameters()),
        charset(name, FieldValue.parse(fields.getOrDefault("content-type", ""))));
  }

  private static void checkEncoding(String name, String encoding) {
    if (!IDENTITIES.contains(encoding.strip().toLowerCase(Locale.ROOT))) {
      throw Unacceptable.malformed(
          "\"%s\" has the Content-Transfer-Encoding \"%s\"; allowed are 7bit, 8bit and binary"
              .formatted(name, encoding.strip()));
    }
  }

  private static Charset charset(String name, FieldValue contentType) {
    String charset = contentType.parameters().getOrDefault("charset", "UTF-8");
    try {
      return Charset.forName(charset);
    } catch (IllegalArgumentException e) {
      throw Unacceptable.malformed(
          "\"%s\" has the charset \"%s\", which is not known here; UTF-8 is"
              .formatted(name, charset));
    }
  }

  /** {@code filename*} as some clients write names that are not ASCII (RFC 8187). */
  private static @Nullable String fileName(String name, Map<String, String> parameters) {
    String extended = parameters.get("filename*");
    if (extended == null) {
      return parameters.get("filename");
    }
    String[] parts = extended.split("'", 3);
    try {
      if (parts.length == 3 && parts[0].equalsIgnoreCase("UTF-8")) {
        return URLDecoder.decode(parts[2].replace("+", "%2B"), StandardCharsets.UTF_8);
      }
    } catch (IllegalArgumentException e) {
      throw wrongFileName(name);
    }
    throw wrongFileName(name);
  }

  private static Unacceptable wrongFileName(String name) {
    return Unacceptable.malformed(
        "\"" + name + "\" has a filename* that is not UTF-8''percent-encoded (RFC 8187)");
  }
}
