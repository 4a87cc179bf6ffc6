package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.FunctionName;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Names as clients of OpenFaaS give them: the namespace apart from the name, or not at all. */
final class OpenFaasNames {
  private OpenFaasNames() {}

  /**
   * @param namespace null or empty where none is named
   * @throws Unacceptable 400 with what a name may be
   */
  static FunctionName function(String name, @Nullable String namespace) {
    try {
      return new FunctionName(name, namespace(namespace));
    } catch (IllegalArgumentException e) {
      throw Unacceptable.malformed(String.valueOf(e.getMessage()));
    }
  }

  /** The function in a path, and its namespace beside the name, in the query, or nowhere. */
  static FunctionName inPath(HttpServerRequest request, String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0
        ? function(name, request.getParam("namespace"))
        : function(name.substring(0, dot), name.substring(dot + 1));
  }

  static String namespace(@Nullable String given) {
    return given == null || given.isEmpty() ? FunctionName.DEFAULT_NAMESPACE : given;
  }
}
