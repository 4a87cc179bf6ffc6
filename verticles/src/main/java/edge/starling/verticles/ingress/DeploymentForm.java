package edge.starling.verticles.ingress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.DeploymentMessage.Choices;
import edge.starling.codecs.messages.DeploymentMessage.Deploy;
import edge.starling.codecs.messages.DeploymentMessage.DeployImage;
import edge.starling.codecs.messages.DeploymentMessage.Mode;
import edge.starling.codecs.messages.DeploymentMessage.Upload;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The multipart form of a deployment.
 *
 * @param fields in the order in which they came
 */
record DeploymentForm(List<Field> fields, List<FilePart> files) {
  private static final Set<String> ALLOWED =
      Set.of(
          "handler",
          "requirements",
          "image",
          "name",
          "runtime",
          "memory_mb",
          "timeout_ms",
          "env",
          "labels",
          "capacity",
          "policy");
  private static final Pattern ENV_KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern LABEL_KEY = Pattern.compile("[^\\s=\\x00]{1,255}");
  private static final Pattern IMAGE = Pattern.compile("[^\\s\\p{Cntrl}]{1,1000}");
  private static final Pattern POLICY = Pattern.compile("\\S{1,1000}");
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** A part without a file name. */
  record Field(String name, String value) {}

  /**
   * A part with a file name.
   *
   * @param path where it lies on this node's disk
   * @param length in bytes
   */
  record FilePart(String name, String fileName, String path, long length) {}

  /**
   * @param named the function in the path; null where the form may name it
   * @param maxArtefact the most bytes that a file may have
   * @throws Unacceptable 400 or 413, naming the field and what is allowed
   */
  Deploy read(Mode mode, @Nullable FunctionName named, long maxArtefact) {
    checkNames();
    Upload handler = file("handler", maxArtefact);
    if (mode == Mode.CREATE && handler == null) {
      throw Unacceptable.malformed("the file \"handler\" is missing");
    }
    return new Deploy(mode, name(named), choices(null), handler, file("requirements", maxArtefact));
  }

  /**
   * Of an OCI image in place of a handler; null where the form names none.
   *
   * @throws Unacceptable 400, naming the field and what is allowed
   */
  @Nullable DeployImage readImage(Mode mode, @Nullable FunctionName named) {
    checkNames();
    String image = single("image");
    if (image == null) {
      return null;
    }
    if (!files.isEmpty()) {
      throw Unacceptable.malformed("image must come without a handler and requirements");
    }
    if (!IMAGE.matcher(image).matches()) {
      throw wrong("image", image, "the name of an OCI image, such as ghcr.io/openfaas/nodeinfo");
    }
    FunctionName name = name(named);
    if (name == null) {
      throw Unacceptable.malformed("name is missing: an image's function is named by its deployer");
    }
    return new DeployImage(mode, name, choices(OpenFaas.ofImage(image)), false);
  }

  private @Nullable FunctionName name(@Nullable FunctionName inPath) {
    FunctionName inForm = name();
    if (inPath != null && inForm != null && !inForm.equals(inPath)) {
      throw Unacceptable.malformed("name must be the one in the path, or be left out");
    }
    return inPath != null ? inPath : inForm;
  }

  private Choices choices(@Nullable OpenFaas said) {
    Integer memoryMiB = number("memory_mb", 1, Settings.MOST_MEMORY_MIB);
    Integer timeoutMillis = number("timeout_ms", 1, 3_600_000);
    return new Choices(
        runtime(),
        memoryMiB,
        timeoutMillis == null ? null : Duration.ofMillis(timeoutMillis),
        pairs("env", ENV_KEY),
        pairs("labels", LABEL_KEY),
        capacity(),
        policy(),
        said);
  }

  private @Nullable String capacity() {
    String text = single("capacity");
    if (text != null && !text.equals(Choices.AS_THE_NODE)) {
      try {
        Capacity.parse(text);
      } catch (IllegalArgumentException e) {
        throw wrong("capacity", text, e.getMessage() + ", or node for the node's own");
      }
    }
    return text;
  }

  /** Whether there is such a policy, the router knows. */
  private @Nullable String policy() {
    String text = single("policy");
    if (text != null && !POLICY.matcher(text).matches()) {
      throw wrong("policy", text, "the name of a scheduling policy, or node for the node's own");
    }
    return text;
  }

  private static Unacceptable wrong(String field, String text, String allowed) {
    return Unacceptable.malformed(field + " must be " + allowed + ", not \"" + text + "\"");
  }

  private void checkNames() {
    fields.forEach(field -> checkName(field.name()));
    files.forEach(file -> checkName(file.name()));
  }

  /**
   * @throws Unacceptable 400 for a part that no form has
   */
  static void checkName(String name) {
    if (!ALLOWED.contains(name)) {
      throw Unacceptable.malformed(
          "the field \""
              + name
              + "\" is unknown; allowed are handler, requirements, image, name, runtime,"
              + " memory_mb, timeout_ms, env, labels, capacity and policy");
    }
  }

  private @Nullable Upload file(String name, long maxArtefact) {
    if (fields.stream().anyMatch(field -> field.name().equals(name))) {
      throw Unacceptable.malformed("\"" + name + "\" must be a file, with a file name");
    }
    List<FilePart> parts = files.stream().filter(file -> file.name().equals(name)).toList();
    if (parts.isEmpty()) {
      return null;
    }
    if (parts.size() > 1) {
      throw Unacceptable.malformed("\"" + name + "\" must be one file");
    }
    FilePart part = parts.get(0);
    if (part.length() > maxArtefact) {
      throw new Unacceptable(Problem.bodyTooLarge("deployment.max-artefact", maxArtefact));
    }
    return new Upload(baseName(name, part.fileName()), part.path());
  }

  private static String baseName(String field, String fileName) {
    String base =
        fileName.substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
    if (base.isBlank()
        || base.equals(".")
        || base.equals("..")
        || base.length() > 255
        || base.chars().anyMatch(Character::isISOControl)) {
      throw Unacceptable.malformed("\"" + field + "\" has no usable file name");
    }
    return base;
  }

  private @Nullable FunctionName name() {
    String text = single("name");
    if (text == null) {
      return null;
    }
    try {
      return FunctionName.parse(text);
    } catch (IllegalArgumentException e) {
      throw Unacceptable.malformed("name: " + e.getMessage());
    }
  }

  private @Nullable RuntimeKind runtime() {
    String text = single("runtime");
    if (text == null) {
      return null;
    }
    return switch (text) {
      case "wasm" -> RuntimeKind.WASM;
      case "process" -> RuntimeKind.PROCESS;
      case "openfaas" -> RuntimeKind.OPENFAAS;
      default -> throw wrong("runtime", text, "wasm, process or openfaas");
    };
  }

  private @Nullable Integer number(String name, int least, int most) {
    String text = single(name);
    if (text == null) {
      return null;
    }
    if (text.matches("\\d{1,9}")) {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw wrong(name, text, "a whole number from " + least + " to " + most);
  }

  private @Nullable String single(String name) {
    if (files.stream().anyMatch(file -> file.name().equals(name))) {
      throw Unacceptable.malformed("\"" + name + "\" must be a field, without a file name");
    }
    List<Field> found = fields.stream().filter(field -> field.name().equals(name)).toList();
    if (found.size() > 1) {
      throw Unacceptable.malformed("\"" + name + "\" must stand once");
    }
    return found.isEmpty() ? null : found.get(0).value();
  }

  /** A JSON object of strings, or {@code KEY=VALUE} as often as needed; empty for none. */
  private @Nullable Map<String, String> pairs(String name, Pattern key) {
    if (files.stream().anyMatch(file -> file.name().equals(name))) {
      throw Unacceptable.malformed("\"" + name + "\" must be a field, without a file name");
    }
    List<Field> found = fields.stream().filter(field -> field.name().equals(name)).toList();
    if (found.isEmpty()) {
      return null;
    }
    Map<String, String> pairs = new HashMap<>();
    for (Field field : found) {
      String text = field.value();
      if (text.stripLeading().startsWith("{")) {
        object(name, text, pairs);
      } else if (!text.isEmpty()) {
        pair(name, text, pairs);
      }
    }
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      if (!key.matcher(pair.getKey()).matches() || pair.getValue().indexOf(0) >= 0) {
        throw Unacceptable.malformed(
            name + " has a key that is not " + key.pattern() + ", or a value with a NUL");
      }
    }
    return pairs;
  }

  private static void object(String name, String text, Map<String, String> pairs) {
    try {
      for (Map.Entry<String, JsonNode> member : JSON.readTree(text).properties()) {
        if (!member.getValue().isTextual()) {
          throw wrongPairs(name);
        }
        pairs.put(member.getKey(), member.getValue().textValue());
      }
    } catch (JsonProcessingException e) {
      // The message would show what stands in the text, and that may be a secret.
      throw wrongPairs(name);
    }
  }

  private static void pair(String name, String text, Map<String, String> pairs) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw wrongPairs(name);
    }
    pairs.put(text.substring(0, equals), text.substring(equals + 1));
  }

  private static Unacceptable wrongPairs(String name) {
    return Unacceptable.malformed(
        name + " must be a JSON object of strings, or KEY=VALUE in a field for each pair");
  }
}
