package edge.starling.verticles.ingress;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The OpenAPI document from which the routes are built. */
final class Contract {
  private static final List<String> METHODS =
      List.of("get", "head", "post", "put", "patch", "delete", "options");

  private Contract() {}

  static Future<OpenAPIContract> load(Vertx vertx) {
    return vertx
        .executeBlocking(() -> forRoutes(document()), false)
        .compose(document -> OpenAPIContract.from(vertx, document));
  }

  /** The document as it is served. */
  static JsonObject document() {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    Map<String, Object> document =
        yaml.load(new String(Pages.resource("/" + Pages.OPENAPI), StandardCharsets.UTF_8));
    return new JsonObject(document);
  }

  /**
   * The library refuses documents with media types that it cannot validate, such as {@code
   * application/problem+json}, and with relative servers. It builds the routes here and validates
   * no message, so it does without them.
   */
  private static JsonObject forRoutes(JsonObject document) {
    document.remove("servers");
    JsonObject components = document.getJsonObject("components");
    List.of("responses", "headers", "requestBodies").forEach(components::remove);
    JsonObject paths = document.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      item.remove("servers");
      METHODS.stream().filter(item::containsKey).map(item::getJsonObject).forEach(Contract::strip);
    }
    return document;
  }

  private static void strip(JsonObject operation) {
    operation.remove("requestBody");
    operation.put(
        "responses",
        new JsonObject().put("default", new JsonObject().put("description", "see the document")));
  }
}
