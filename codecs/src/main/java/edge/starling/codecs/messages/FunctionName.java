package edge.starling.codecs.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * What a function is called: a name within a namespace.
 *
 * @param name a DNS label, not {@value #RESERVED}
 * @param namespace a DNS label
 */
public record FunctionName(String name, String namespace) {
  /** The namespace of names that give none: the one that OpenFaaS clients expect. */
  public static final String DEFAULT_NAMESPACE = "openfaas-fn";

  /** A path segment of the native interface, so no function can have it. */
  public static final String RESERVED = "deployments";

  /** What users may write, for messages. */
  public static final String LABEL_RULE =
      "1 to 63 of a-z, 0-9 and '-', with neither end a '-' ([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)";

  static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  public FunctionName {
    check("name", name);
    check("namespace", namespace);
    if (name.equals(RESERVED)) {
      throw new IllegalArgumentException("the name \"" + RESERVED + "\" is reserved");
    }
  }

  /**
   * Reads {@code NAME} or {@code NAME.NAMESPACE}.
   *
   * @throws IllegalArgumentException with a text for the user
   */
  @JsonCreator
  public static FunctionName parse(String text) {
    int dot = text.indexOf('.');
    return dot < 0
        ? new FunctionName(text, DEFAULT_NAMESPACE)
        : new FunctionName(text.substring(0, dot), text.substring(dot + 1));
  }

  /** {@code NAME} in the default namespace, else {@code NAME.NAMESPACE}. */
  public String shortest() {
    return namespace.equals(DEFAULT_NAMESPACE) ? name : toString();
  }

  @JsonValue
  @Override
  public String toString() {
    return name + "." + namespace;
  }

  private static void check(String part, String label) {
    if (!LABEL.matcher(label).matches()) {
      throw new IllegalArgumentException(
          "a function's " + part + " is " + LABEL_RULE + ", not \"" + label + "\"");
    }
  }
}
