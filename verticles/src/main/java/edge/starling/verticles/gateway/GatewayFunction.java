package edge.starling.verticles.gateway;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import edge.starling.codecs.messages.DeploymentMessage.Choices;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.Description.Resources;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.FunctionName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A function as a gateway tells its status. */
@JsonIgnoreProperties(ignoreUnknown = true)
record GatewayFunction(
    @Nullable String name,
    @Nullable String namespace,
    @Nullable String image,
    @Nullable String envProcess,
    @Nullable Map<String, String> envVars,
    @Nullable List<String> constraints,
    @Nullable List<String> secrets,
    @Nullable Map<String, String> labels,
    @Nullable Map<String, String> annotations,
    @Nullable Resources limits,
    @Nullable Resources requests,
    boolean readOnlyRootFilesystem,
    int replicas,
    int availableReplicas) {
  /** Which version of a function of ours it is. */
  static final String VERSION = "com.starling.version";

  /** Nothing where it can be no function of ours: their names are stricter. */
  Optional<FunctionName> function() {
    try {
      return Optional.of(
          new FunctionName(
              Objects.requireNonNullElse(name, ""),
              namespace == null || namespace.isEmpty()
                  ? FunctionName.DEFAULT_NAMESPACE
                  : namespace));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Null for what was not deployed by a node. */
  @Nullable String version() {
    return annotations == null ? null : annotations.get(VERSION);
  }

  /** What it is, for a function of ours. */
  Choices choices() {
    return new Choices(
        RuntimeKind.OPENFAAS, null, null, orNone(envVars), orNone(labels), null, null, said());
  }

  /** Whether a function of ours is as this one. */
  boolean is(Description description) {
    return said().equals(description.settings().openFaas())
        && orNone(envVars).equals(description.settings().env())
        && orNone(labels).equals(description.settings().labels());
  }

  private OpenFaas said() {
    Map<String, String> own = new HashMap<>(orNone(annotations));
    own.remove(VERSION);
    return new OpenFaas(
        Objects.requireNonNullElse(image, ""),
        envProcess == null || envProcess.isEmpty() ? null : envProcess,
        orNone(constraints),
        orNone(secrets),
        own,
        limits,
        requests,
        readOnlyRootFilesystem);
  }

  private static Map<String, String> orNone(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }

  private static List<String> orNone(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }
}
