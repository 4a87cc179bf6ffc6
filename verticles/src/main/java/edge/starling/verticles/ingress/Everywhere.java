package edge.starling.verticles.ingress;

import io.vertx.core.http.HttpServerRequest;

/** The query parameter by which a request is about all nodes and not this one alone. */
final class Everywhere {
  private Everywhere() {}

  /**
   * @throws Unacceptable 400 for anything but {@code true} and {@code false}
   */
  static boolean isAskedFor(HttpServerRequest request) {
    String everywhere = request.getParam("everywhere", "false");
    if (!everywhere.equals("true") && !everywhere.equals("false")) {
      throw Unacceptable.malformed("everywhere must be true or false, not \"" + everywhere + "\"");
    }
    return everywhere.equals("true");
  }
}
