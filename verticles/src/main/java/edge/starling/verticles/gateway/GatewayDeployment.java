package edge.starling.verticles.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.Description.Resources;
import edge.starling.codecs.messages.FunctionName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is told of a function that it is to run.
 *
 * @param namespace null for the default one, which not every gateway lets clients name
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record GatewayDeployment(
    String service,
    @Nullable String namespace,
    String image,
    @Nullable String envProcess,
    Map<String, String> envVars,
    List<String> constraints,
    List<String> secrets,
    Map<String, String> labels,
    Map<String, String> annotations,
    @Nullable Resources limits,
    @Nullable Resources requests,
    boolean readOnlyRootFilesystem) {
  private static final OpenFaas NOTHING =
      new OpenFaas(null, null, List.of(), List.of(), Map.of(), null, null, false);

  static GatewayDeployment of(Description description, String image) {
    OpenFaas given = description.settings().openFaas();
    OpenFaas said = given == null ? NOTHING : given;
    Map<String, String> annotations = new TreeMap<>(said.annotations());
    annotations.put(GatewayFunction.VERSION, description.version().toString());
    return new GatewayDeployment(
        description.name().name(),
        namespace(description.name()),
        image,
        said.envProcess(),
        environment(description),
        said.constraints(),
        said.secrets(),
        new TreeMap<>(description.settings().labels()),
        annotations,
        said.limits(),
        said.requests(),
        said.readOnlyRootFilesystem());
  }

  /** An image that was made of a handler ends its calls itself. */
  private static Map<String, String> environment(Description description) {
    Map<String, String> env = new TreeMap<>(description.settings().env());
    if (description.form() == Form.PYTHON) {
      env.putIfAbsent("exec_timeout", description.settings().timeout().toMillis() + "ms");
    }
    return env;
  }

  /** Null for the default one. */
  static @Nullable String namespace(FunctionName function) {
    return function.namespace().equals(FunctionName.DEFAULT_NAMESPACE)
        ? null
        : function.namespace();
  }
}
