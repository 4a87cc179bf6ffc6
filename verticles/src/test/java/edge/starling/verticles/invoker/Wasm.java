package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** The modules in src/test/resources/wasm, as functions. */
final class Wasm {
  static final Path FOLDER = Path.of("src/test/resources/wasm").toAbsolutePath();

  private Wasm() {}

  static Description description(String module, int memoryMiB, Map<String, String> env) {
    return description(FunctionName.parse(module), 1, module, memoryMiB, env);
  }

  static Description description(
      FunctionName name, long version, String module, int memoryMiB, Map<String, String> env) {
    return new Description(
        name,
        new FunctionVersion(version, module),
        Form.WASM,
        new Settings(RuntimeKind.WASM, memoryMiB, Duration.ofMinutes(1), env, Map.of()),
        new Artefact(module + ".wasm", "hash of " + module, 1),
        null,
        Instant.EPOCH);
  }

  static Description bounded(Description description, Capacity capacity) {
    Settings settings = description.settings();
    return new Description(
        description.name(),
        description.version(),
        description.form(),
        new Settings(
            settings.runtime(),
            settings.memoryMiB(),
            settings.timeout(),
            settings.env(),
            settings.labels(),
            capacity,
            null),
        description.handler(),
        null,
        Instant.EPOCH);
  }

  static Request post(Body body) {
    return new Request("POST", "/", null, Headers.NONE, body);
  }
}
