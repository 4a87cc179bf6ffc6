package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.FunctionName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client of OpenFaaS calls an image, where it names code that the nodes have: {@code
 * wasm:sha256:HEX} or {@code process:sha256:HEX} a handler by its content, and {@code wasm:NAME},
 * {@code process:NAME} or {@code NAME} that of a function. Exactly one of the two is there.
 *
 * @param sha256 lower-case hex
 * @param isWasm what runs it: the node itself, or a process; null where it does not say
 */
record ImageName(
    @Nullable String sha256, @Nullable FunctionName function, @Nullable Boolean isWasm) {
  private static final Pattern CONTENT = Pattern.compile("(wasm|process):sha256:([0-9a-f]{64})");
  private static final Pattern NAMED =
      Pattern.compile("(?:(wasm|process):)?([a-z0-9][-a-z0-9]*(?:\\.[a-z0-9][-a-z0-9]*)?)");

  /** Null for what can only be an OCI image. */
  static @Nullable ImageName parse(String image) {
    Matcher content = CONTENT.matcher(image);
    if (content.matches()) {
      return new ImageName(content.group(2), null, content.group(1).equals("wasm"));
    }
    Matcher named = NAMED.matcher(image);
    if (!named.matches()) {
      return null;
    }
    try {
      String runtime = named.group(1);
      return new ImageName(
          null,
          FunctionName.parse(named.group(2)),
          runtime == null ? null : runtime.equals("wasm"));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The image that has a function's handler. */
  static String of(Description description) {
    String runtime = description.form() == Form.WASM ? "wasm" : "process";
    return runtime + ":sha256:" + description.handler().sha256();
  }

  /** Whether that function has the code that is named. */
  boolean names(Description description) {
    boolean content =
        function != null
            ? description.name().equals(function)
            : description.handler().sha256().equals(sha256);
    return content && (isWasm == null || isWasm == (description.form() == Form.WASM));
  }
}
