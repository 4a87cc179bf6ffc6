package edge.starling.verticles.ingress;

import io.vertx.core.http.HttpServerRequest;

/** The query by which a request is about all nodes and not this one alone. */
final class Everywhere {
  private Everywhere() {}

  /**
   * @throws Unacceptable 400 for any other query: a slip must not make it a request about one node
   */
  static boolean isAskedFor(HttpServerRequest request) {
    String query = request.query() == null ? "" : request.query();
    return switch (query) {
      case "", "everywhere=false" -> false;
      case "everywhere=true" -> true;
      default ->
          throw Unacceptable.malformed(
              "the query may be everywhere=true or everywhere=false, not \"" + query + "\"");
    };
  }
}
