package edge.starling.loadtest.servers;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/** What is sent to deploy or update a function: a multipart form. Immutable. */
public final class Deployment {
  private static final String BOUNDARY = "starling-" + UUID.randomUUID();

  private final String file;
  private final byte[] handler;
  private final Map<String, String> fields;

  /**
   * @param file the handler's name
   * @param handler not to be changed any more
   * @param fields the settings
   */
  public Deployment(String file, byte[] handler, Map<String, String> fields) {
    this.file = file;
    this.handler = handler;
    this.fields = Map.copyOf(fields);
  }

  /** A WebAssembly module with the settings that are usual. */
  public static Deployment module(String name, byte[] handler) {
    return new Deployment(name + ".wasm", handler, Map.of("name", name));
  }

  String file() {
    return file;
  }

  static String contentType() {
    return "multipart/form-data; boundary=" + BOUNDARY;
  }

  byte[] form() {
    var form = new ByteArrayOutputStream();
    fields.forEach((name, value) -> part(form, "name=\"" + name + "\"", utf8(value)));
    part(form, "name=\"handler\"; filename=\"" + file + "\"", handler);
    form.writeBytes(utf8("--" + BOUNDARY + "--\r\n"));
    return form.toByteArray();
  }

  private static void part(ByteArrayOutputStream form, String disposition, byte[] content) {
    form.writeBytes(
        utf8("--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n"));
    form.writeBytes(content);
    form.writeBytes(utf8("\r\n"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
