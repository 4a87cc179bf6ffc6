package edge.starling.verticles.ingress;

import com.fasterxml.jackson.databind.JsonNode;
import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.DeploymentMessage.Choices;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.Description.Resources;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client of OpenFaaS deploys. It says all that there is to a function, so what it leaves out
 * takes its default; only the time of a call stays as it is.
 *
 * @param image as it is written; not empty
 */
record OpenFaasDeployment(
    FunctionName function,
    String image,
    int memoryMiB,
    Map<String, String> env,
    Map<String, String> labels,
    String capacity,
    String policy,
    OpenFaas said) {
  private static final Pattern IMAGE = Pattern.compile("[^\\s\\p{Cntrl}]{1,1000}");
  private static final String CAPACITY = "com.starling.capacity";
  private static final String POLICY = "com.starling.policy";

  /**
   * @throws Unacceptable 400, naming the field and what is allowed
   */
  static OpenFaasDeployment parse(byte[] document) {
    OpenFaasDocument json = OpenFaasDocument.parse(document);
    FunctionName function = json.function("service");
    String image = json.text("image");
    if (image == null || image.isEmpty()) {
      throw Unacceptable.malformed("image is missing");
    }
    if (!IMAGE.matcher(image).matches()) {
      throw Unacceptable.malformed(
          "image must have 1 to 1000 characters, without spaces and control characters");
    }
    Map<String, String> labels = json.texts("labels");
    Map<String, String> annotations = json.texts("annotations");
    Resources limits = resources(json.member("limits"));
    OpenFaas said =
        new OpenFaas(
            image,
            json.text("envProcess"),
            json.list("constraints"),
            json.list("secrets"),
            annotations,
            limits,
            resources(json.member("requests")),
            json.isTrue("readOnlyRootFilesystem"));
    return new OpenFaasDeployment(
        function,
        image,
        memoryMiB(limits),
        json.texts("envVars"),
        labels,
        capacity(chosen(CAPACITY, annotations, labels)),
        chosen(POLICY, annotations, labels),
        said);
  }

  Choices choices(@Nullable RuntimeKind runtime) {
    return new Choices(runtime, memoryMiB, null, env, labels, capacity, policy, said);
  }

  private static String chosen(
      String key, Map<String, String> annotations, Map<String, String> labels) {
    String annotated = annotations.get(key);
    return annotated != null ? annotated : labels.getOrDefault(key, Choices.AS_THE_NODE);
  }

  private static String capacity(String text) {
    if (!text.equals(Choices.AS_THE_NODE)) {
      try {
        Capacity.parse(text);
      } catch (IllegalArgumentException e) {
        throw Unacceptable.malformed(
            CAPACITY + " must be " + e.getMessage() + ", or node for the node's own");
      }
    }
    return text;
  }

  private static int memoryMiB(@Nullable Resources limits) {
    String memory = limits == null ? null : limits.memory();
    return memory == null
        ? Settings.DEFAULT_MEMORY_MIB
        : MemoryQuantity.mebibytes("limits.memory", memory);
  }

  private static @Nullable Resources resources(@Nullable JsonNode given) {
    if (given == null) {
      return null;
    }
    OpenFaasDocument json = new OpenFaasDocument(given);
    return new Resources(notEmpty(json.text("memory")), notEmpty(json.text("cpu")));
  }

  private static @Nullable String notEmpty(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
