package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.OpenAPIVersion;
import io.vertx.openapi.contract.Operation;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document and the node say the same. */
class ContractTest {
  @TempDir Path data;

  @Test
  void everyDocumentedOperationIsRouted() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (TestNode node = new TestNode(data)) {
      OpenAPIContract contract = TestNode.await(Contract.load(vertx));
      assertThat(contract.operations()).hasSizeGreaterThan(20);
      for (Operation operation : contract.operations()) {
        String path =
            operation.getOpenAPIPath().replace("{name}", "hello").replace("{path}", "a/b");
        HttpResponse<String> answer =
            node.send(
                node.request(path)
                    .method(operation.getHttpMethod().name(), BodyPublishers.noBody()));
        if (path.startsWith("/async-function/")) {
          assertThat(answer.statusCode()).as(operation.getOperationId()).isEqualTo(501);
          assertThat(answer.body()).contains("Kafka");
          continue;
        }
        // These are what an unknown path and a path without a handler would get.
        assertThat(answer.statusCode()).as(operation.getOperationId()).isNotIn(405, 501);
        assertThat(answer.body()).as(operation.getOperationId()).doesNotContain("not-found");
      }
    } finally {
      TestNode.await(vertx.close());
    }
  }

  @Test
  void noRouteWithoutADocumentAndNoDocumentWithoutARoute() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      OpenAPIContract contract = TestNode.await(Contract.load(vertx));
      assertThatThrownBy(() -> Routes.checkComplete(contract, Set.of("healthz", "surprise")))
          .hasMessageContaining("undocumented: [surprise]")
          .hasMessageContaining("readyz");
    } finally {
      TestNode.await(vertx.close());
    }
  }

  @Test
  void theServedDocumentIsValidOpenApi31() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (TestNode node = new TestNode(data)) {
      HttpResponse<String> served = node.get("/openapi.yaml");
      assertThat(served.headers().firstValue("Content-Type")).hasValue("application/yaml");
      assertThat(served.body().getBytes(StandardCharsets.UTF_8))
          .isEqualTo(Pages.resource("/openapi.yaml"));
      Future<OutputUnit> valid =
          OpenAPIVersion.V3_1
              .getRepository(vertx, "http://localhost/")
              .compose(
                  repository ->
                      OpenAPIVersion.V3_1.validateContract(vertx, repository, Contract.document()));
      OutputUnit unit = TestNode.await(valid);
      assertThat(unit.getValid()).as(() -> String.valueOf(unit.getErrors())).isTrue();
    } finally {
      TestNode.await(vertx.close());
    }
  }

  @Test
  void theExamplesFitTheirSchemas() {
    JsonObject document = Contract.document();
    List<String> wrong = new ArrayList<>();
    int[] checked = {0};
    walk(
        document,
        media -> {
          List<Object> examples = new ArrayList<>();
          if (media.containsKey("example")) {
            examples.add(media.getValue("example"));
          }
          JsonObject named = media.getJsonObject("examples");
          if (named != null) {
            named
                .fieldNames()
                .forEach(name -> examples.add(named.getJsonObject(name).getValue("value")));
          }
          for (Object example : examples) {
            checked[0]++;
            OutputUnit unit = validate(document, media.getJsonObject("schema"), example);
            if (!unit.getValid()) {
              wrong.add(example + ": " + unit.getErrors());
            }
          }
        });
    assertThat(checked[0]).isGreaterThan(15);
    assertThat(wrong).isEmpty();
  }

  private static OutputUnit validate(JsonObject document, JsonObject schema, Object example) {
    return SchemaRepository.create(
            new JsonSchemaOptions().setBaseUri("http://localhost/").setDraft(Draft.DRAFT202012))
        .validator(JsonSchema.of((JsonObject) inlined(document, schema)))
        .validate(example);
  }

  /** The schema with what it refers to in its place. */
  private static Object inlined(JsonObject document, Object schema) {
    if (schema instanceof JsonArray array) {
      JsonArray copy = new JsonArray();
      array.forEach(element -> copy.add(inlined(document, element)));
      return copy;
    }
    if (!(schema instanceof JsonObject object)) {
      return schema;
    }
    JsonObject copy = new JsonObject();
    for (String name : object.fieldNames()) {
      if (name.equals("$ref")) {
        JsonPointer pointer = JsonPointer.from(object.getString(name).substring(1));
        copy.mergeIn((JsonObject) inlined(document, pointer.queryJson(document)));
      } else {
        copy.put(name, inlined(document, object.getValue(name)));
      }
    }
    return copy;
  }

  private static void walk(Object value, Consumer<JsonObject> withSchema) {
    if (value instanceof JsonObject object) {
      if (object.getValue("schema") instanceof JsonObject) {
        withSchema.accept(object);
      }
      object.fieldNames().forEach(name -> walk(object.getValue(name), withSchema));
    } else if (value instanceof JsonArray array) {
      array.forEach(element -> walk(element, withSchema));
    }
  }
}
