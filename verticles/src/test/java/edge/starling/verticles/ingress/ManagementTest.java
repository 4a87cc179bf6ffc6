package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.Deploy;
import edge.starling.codecs.messages.DeploymentMessage.Deployed;
import edge.starling.codecs.messages.DeploymentMessage.Mode;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import edge.starling.codecs.messages.DeploymentMessage.TakeoverFailure;
import edge.starling.codecs.messages.DeploymentMessage.Undeploy;
import edge.starling.codecs.messages.DeploymentMessage.Undeployed;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Found;
import edge.starling.codecs.messages.IndexMessage.FunctionPage;
import edge.starling.codecs.messages.IndexMessage.ListFunctions;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.LoadMessage.Distance;
import edge.starling.codecs.messages.LoadMessage.Duty;
import edge.starling.codecs.messages.LoadMessage.FunctionLoad;
import edge.starling.codecs.messages.LoadMessage.Inflow;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.Loads;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.verticles.Sample;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deployments, lists, health. */
class ManagementTest {
  private static final Description HELLO =
      new Description(
          FunctionName.parse("hello"),
          new FunctionVersion(1, "0f1e2d3c4b5a6978"),
          Description.Form.WASM,
          new Description.Settings(
              Description.RuntimeKind.WASM,
              16,
              Duration.ofSeconds(60),
              Map.of("TOKEN", "s3cret", "A", "1"),
              Map.of("team", "demo")),
          new Description.Artefact("hello.wasm", "ab".repeat(32), 5),
          null,
          Instant.parse("2026-01-01T12:00:00Z"));

  @TempDir Path data;
  private TestNode node;

  @BeforeEach
  void start() throws Exception {
    Path uploads = Files.createDirectories(data.resolve("uploads"));
    Files.writeString(uploads.resolve("left-behind"), "by a node that died");
    node = new TestNode(data);
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  private static String file(String name, String fileName, String content) {
    return "--b\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n%s\r\n"
        .formatted(name, fileName, content);
  }

  private static String field(String name, String value) {
    return "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
        .formatted(name, value);
  }

  private HttpResponse<String> form(String method, String path, String... parts) throws Exception {
    HttpRequest.Builder request =
        node.request(path, "Content-Type", "multipart/form-data; boundary=b")
            .method(method, BodyPublishers.ofString(String.join("", parts) + "--b--\r\n"));
    return node.send(request);
  }

  private long uploads() {
    try (Stream<Path> files = Files.list(data.resolve("uploads"))) {
      return files.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aDeploymentBringsItsFilesAndSettingsAndIs201() throws Exception {
    Queue<String> contents = new ConcurrentLinkedQueue<>();
    node.deployment =
        deploy -> {
          contents.add(content(deploy));
          return Future.succeededFuture(
              new Deployed(HELLO, List.of(TestNode.SELF, TestNode.PEER), true, List.of()));
        };
    HttpResponse<String> answer =
        form(
            "POST",
            "/functions/deployments",
            file("handler", "dir/hello.wasm", "bytes"),
            field("name", "hello"),
            field("env", "{\"A\":\"1\"}"),
            field("memory_mb", "32"));
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.headers().firstValue("Location")).hasValue("/functions/hello");
    assertThat(answer.body())
        .isEqualTo(
            "{\"name\":\"hello\",\"version\":\"1-0f1e2d3c4b5a\","
                + "\"providers\":[\"node-1\",\"node-2\"]}");
    Deploy deploy = node.deployed.element();
    assertThat(deploy.mode()).isEqualTo(Mode.CREATE);
    assertThat(deploy.name()).isEqualTo(FunctionName.parse("hello"));
    assertThat(deploy.handler()).isNotNull();
    assertThat(deploy.handler().fileName()).isEqualTo("hello.wasm");
    assertThat(deploy.choices().memoryMiB()).isEqualTo(32);
    assertThat(deploy.choices().env()).isEqualTo(Map.of("A", "1"));
    assertThat(contents).containsExactly("bytes");
    await().until(() -> uploads() == 0);
  }

  private static String content(Deploy deploy) {
    try {
      return Files.readString(Path.of(deploy.handler().path()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void underTheOldPrefixADeploymentIs200AndTheBareName() throws Exception {
    node.deployment =
        deploy ->
            Future.succeededFuture(new Deployed(HELLO, List.of(TestNode.SELF), true, List.of()));
    for (String[] request :
        new String[][] {
          {"POST", "/api/v1/functions/deployments"}, {"PUT", "/api/v1/functions/deployments/hello"}
        }) {
      HttpResponse<String> answer = form(request[0], request[1], file("handler", "a.wasm", "x"));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("hello");
    }
  }

  @Test
  void anUpdateIs200AndNamesTheProvidersThatFailed() throws Exception {
    node.deployment =
        deploy ->
            Future.succeededFuture(
                new Deployed(
                    HELLO,
                    List.of(TestNode.SELF),
                    false,
                    List.of(new TakeoverFailure(TestNode.PEER, "no python3"))));
    HttpResponse<String> answer =
        form("PUT", "/functions/deployments/hello", file("handler", "a.wasm", "x"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .endsWith("\"withdrawn\":[{\"node\":\"node-2\",\"problem\":\"no python3\"}]}");
    assertThat(node.deployed.element().mode()).isEqualTo(Mode.PUT);
  }

  @Test
  void aPutWithoutABodyJoinsTheProviders() throws Exception {
    node.deployment =
        deploy ->
            Future.succeededFuture(new Deployed(HELLO, List.of(TestNode.SELF), true, List.of()));
    HttpResponse<String> answer =
        node.send(node.request("/functions/deployments/hello").PUT(BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(node.deployed.element().handler()).isNull();
  }

  @Test
  void aRejectionHasItsStatusAndLeavesNoFile() throws Exception {
    Map<Cause, Integer> statuses =
        Map.of(
            Cause.TAKEN, 409,
            Cause.UNFIT, 422,
            Cause.SWITCHED_OFF, 501,
            Cause.NO_PROVIDER, 503,
            Cause.INDEX_SILENT, 503,
            Cause.DRAINING, 503,
            Cause.DEADLINE, 504);
    for (Map.Entry<Cause, Integer> expected : statuses.entrySet()) {
      node.deployment = deploy -> Future.succeededFuture(new Rejected(expected.getKey(), "why"));
      HttpResponse<String> answer =
          form("POST", "/functions/deployments", file("handler", "a.wasm", "x"));
      assertThat(answer.statusCode()).isEqualTo(expected.getValue());
      assertThat(answer.body()).contains("\"detail\":\"why\"");
    }
    await().until(() -> uploads() == 0);
  }

  @Test
  void aMalformedFormIs400AndLeavesNoFile() throws Exception {
    HttpResponse<String> unknown =
        form(
            "POST",
            "/functions/deployments",
            file("handler", "a.wasm", "x"),
            field("colour", "red"));
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(unknown.body()).contains("colour").contains("timeout_ms");
    HttpResponse<String> json =
        node.post("/functions/deployments", "{}", "Content-Type", "application/json");
    assertThat(json.statusCode()).isEqualTo(400);
    assertThat(json.body()).contains("multipart/form-data");
    assertThat(form("PUT", "/functions/deployments/NO", file("handler", "a", "x")).statusCode())
        .isEqualTo(400);
    assertThat(node.deployed).isEmpty();
    await().until(() -> uploads() == 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {64 * 1024 + 1, 1024 * 1024})
  void anArtefactOverTheLimitIs413AndLeavesNoFile(int length) throws Exception {
    HttpResponse<String> answer =
        form("POST", "/functions/deployments", file("handler", "a.wasm", "x".repeat(length)));
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("deployment.max-artefact");
    await().until(() -> uploads() == 0);
  }

  @Test
  void aRemovalIs204Or404() throws Exception {
    Queue<Undeploy> asked = new ConcurrentLinkedQueue<>();
    node.removal =
        undeploy -> {
          asked.add(undeploy);
          return new Undeployed(
              undeploy.everywhere() ? null : new Rejected(Cause.UNKNOWN, "not here"));
        };
    HttpResponse<String> everywhere =
        node.send(node.request("/functions/deployments/hello?everywhere=true").DELETE());
    assertThat(everywhere.statusCode()).isEqualTo(204);
    assertThat(everywhere.body()).isEmpty();
    assertThat(node.send(node.request("/functions/deployments/hello").DELETE()).statusCode())
        .isEqualTo(404);
    assertThat(
            node.send(node.request("/functions/deployments/hello?everywhere=x").DELETE())
                .statusCode())
        .isEqualTo(400);
    assertThat(
            node.send(node.request("/functions/deployments/hello?everywher=true").DELETE())
                .statusCode())
        .isEqualTo(400);
    FunctionName hello = FunctionName.parse("hello");
    assertThat(asked).containsExactly(new Undeploy(hello, true), new Undeploy(hello, false));
  }

  @Test
  void listsFunctionsPageByPage() throws Exception {
    node.page = new FunctionPage(List.of(new Entry(HELLO, false, List.of(TestNode.PEER))), true);
    HttpResponse<String> answer = node.get("/functions?prefix=he&limit=1&after=ha.edge");
    assertThat(answer.body())
        .isEqualTo(
            "{\"functions\":[{\"name\":\"hello\",\"namespace\":\"openfaas-fn\","
                + "\"version\":\"1-0f1e2d3c4b5a\",\"runtime\":\"wasm\",\"form\":\"wasm\","
                + "\"providers\":[\"node-2\"]}],"
                + "\"next\":\"/functions?prefix=he&limit=1&after=hello\"}");
    assertThat(node.listed)
        .containsExactly(new ListFunctions("he", FunctionName.parse("ha.edge"), 1));
    node.page = new FunctionPage(List.of(), false);
    assertThat(node.get("/functions").body()).isEqualTo("{\"functions\":[]}");
    assertThat(node.listed).contains(new ListFunctions("", null, 100));
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=1001", "limit=x", "after=NO"})
  void aWrongPageIs400(String query) throws Exception {
    HttpResponse<String> answer = node.get("/functions?" + query);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(query.substring(0, query.indexOf('=')));
  }

  @Test
  void describesAFunctionWithTheCountsOfItsProviders() throws Exception {
    node.lookup = ask -> new Found(new Entry(HELLO, false, List.of(TestNode.SELF)));
    HttpResponse<String> answer = node.get("/functions/hello");
    assertThat(answer.body())
        .isEqualTo(
            "{\"name\":\"hello\",\"namespace\":\"openfaas-fn\",\"version\":\"1-0f1e2d3c4b5a\","
                + "\"runtime\":\"wasm\",\"form\":\"wasm\",\"memory_mb\":16,\"timeout_ms\":60000,"
                + "\"env\":[\"A\",\"TOKEN\"],\"labels\":{\"team\":\"demo\"},"
                + "\"handler\":{\"file\":\"hello.wasm\",\"sha256\":\""
                + "ab".repeat(32)
                + "\",\"bytes\":5},\"deployed_at\":\"2026-01-01T12:00:00Z\","
                + "\"providers\":[\"node-1\"],\"counts\":{\"completed\":1,\"failed\":2,"
                + "\"refused\":3,\"running\":4,\"queued\":5}}")
        .doesNotContain("s3cret");
    assertThat(node.get("/api/v1/functions/hello").statusCode()).isEqualTo(200);
  }

  @Test
  void describesCapacityAndPolicyWhereTheFunctionHasItsOwn() throws Exception {
    Description.Settings settings =
        new Description.Settings(
            Description.RuntimeKind.WASM,
            16,
            Duration.ofSeconds(60),
            Map.of(),
            Map.of(),
            Capacity.parse("rate:12.5"),
            "static:here=0.6");
    Description own =
        new Description(
            HELLO.name(),
            HELLO.version(),
            HELLO.form(),
            settings,
            HELLO.handler(),
            null,
            HELLO.deployedAt());
    node.lookup = ask -> new Found(new Entry(own, false, List.of(TestNode.SELF)));
    assertThat(node.get("/functions/hello").body())
        .contains("\"labels\":{},\"capacity\":\"rate:12.5\",\"policy\":\"static:here=0.6\",");
  }

  @Test
  void aProviderThatDoesNotTellItsCountsIsNamed() throws Exception {
    node.lookup = ask -> new Found(new Entry(HELLO, false, List.of(TestNode.SELF, TestNode.PEER)));
    assertThat(node.get("/functions/hello").body()).endsWith("\"counts_missing\":[\"node-2\"]}");
  }

  @Test
  void unknownAndDeletedFunctionsAre404() throws Exception {
    assertThat(node.get("/functions/hello").statusCode()).isEqualTo(404);
    node.lookup = ask -> new Found(new Entry(HELLO, true, List.of()));
    assertThat(node.get("/functions/hello").statusCode()).isEqualTo(404);
    assertThat(node.get("/functions/NO").statusCode()).isEqualTo(404);
  }

  @Test
  void listsNodesWithTheirLoad() throws Exception {
    node.members =
        new Members(
            List.of(new Member(TestNode.PEER, "http://b"), new Member(TestNode.SELF, "http://a")));
    node.loads =
        new Loads(
            List.of(
                new LoadReport(
                    TestNode.SELF,
                    1,
                    State.OVERLOADED,
                    new Occupancy(16, 3, 16, 64, 10),
                    Sample.SLOTS,
                    List.of(
                        new FunctionLoad(
                            HELLO.name(),
                            Capacity.parse("rate:20"),
                            2,
                            List.of(new Inflow(TestNode.PEER, 16.0001)),
                            false,
                            1,
                            0,
                            Duration.ofNanos(2_100_000))))),
            List.of(),
            List.of(new Distance(TestNode.PEER, Duration.ofNanos(412_345))));
    assertThat(node.get("/nodes").body())
        .isEqualTo(
            "{\"nodes\":[{\"name\":\"node-1\",\"incarnation\":1,\"url\":\"http://a\","
                + "\"state\":\"overloaded\",\"running\":16,\"queued\":3,\"slots\":16,"
                + "\"capacity\":\"slots:16\",\"functions\":[{\"name\":\"hello\","
                + "\"capacity\":\"rate:20\",\"state\":\"normal\",\"local_rate\":2.0,"
                + "\"forwarded_rate\":16.0,\"slack\":2.0,\"running\":1,\"queued\":0,"
                + "\"service_time_ms\":2.1}]},"
                + "{\"name\":\"node-2\",\"incarnation\":4,\"url\":\"http://b\","
                + "\"state\":\"unknown\",\"round_trip_ms\":0.412}]}");
  }

  @Test
  void countsProblemsByTheirType() throws Exception {
    node.get("/functions/NO");
    node.get("/functions/NO");

    assertThat(node.get("/metrics").body())
        .contains("starling_http_problems_total{type=\"unknown-function\"} 2.0");
  }

  @Test
  void showsSilentNodesAsSuspect() throws Exception {
    node.members = new Members(List.of(new Member(TestNode.PEER, "http://b")));
    node.loads =
        new Loads(
            List.of(
                new LoadReport(
                    TestNode.PEER,
                    1,
                    State.NORMAL,
                    new Occupancy(0, 0, 16, 64, 10),
                    Sample.SLOTS,
                    List.of())),
            List.of(TestNode.PEER),
            List.of());
    assertThat(node.get("/nodes").body()).contains("\"state\":\"suspect\"");
  }

  @Test
  void tellsAndChangesItsPartInTheWork() throws Exception {
    assertThat(node.get("/nodes/self/state").body())
        .isEqualTo("{\"name\":\"node-1\",\"state\":\"active\",\"in_progress\":2}");
    HttpResponse<String> cordoned = putState("{\"state\":\"cordoned\"}");
    assertThat(cordoned.statusCode()).isEqualTo(200);
    assertThat(cordoned.body()).contains("\"state\":\"cordoned\"");
    assertThat(node.duty).isEqualTo(Duty.CORDONED);
    assertThat(node.get("/nodes/self/state?wait=2.5s").statusCode()).isEqualTo(200);
    assertThat(node.drains).containsExactly(Duration.ZERO, Duration.ZERO, Duration.ofMillis(2500));
    node.duty = Duty.LEAVING;
    assertThat(putState("{\"state\":\"active\"}").statusCode()).isEqualTo(409);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{}", "{\"state\":\"leaving\"}", "{\"state\":3}", "[1]", "{\"state\":", "no"})
  void namesTheStatesThatThereAre(String body) throws Exception {
    HttpResponse<String> answer = putState(body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("active, cordoned or draining");
    assertThat(node.duty).isEqualTo(Duty.ACTIVE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "-1s", "61s", "1h"})
  void waitsForAMinuteAtMost(String wait) throws Exception {
    HttpResponse<String> answer = node.get("/nodes/self/state?wait=" + wait);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("wait must be a time from 1ms to 1m");
  }

  private HttpResponse<String> putState(String body) throws Exception {
    return node.send(
        node.request("/nodes/self/state").PUT(HttpRequest.BodyPublishers.ofString(body)));
  }

  @Test
  void isReadyOnceJoinedAndRecovered() throws Exception {
    assertThat(node.get("/readyz").statusCode()).isEqualTo(200);
    node.pending = 2;
    assertThat(node.get("/readyz").statusCode()).isEqualTo(503);
    node.pending = 0;
    node.members = new Members(List.of());
    assertThat(node.get("/readyz").statusCode()).isEqualTo(503);
    node.members = new Members(List.of(new Member(TestNode.SELF, "http://a")));
    node.joined.set(false);
    HttpResponse<String> alone = node.get("/readyz");
    assertThat(alone.statusCode()).isEqualTo(503);
    assertThat(alone.headers().firstValue("Retry-After")).isPresent();
    node.joined.set(true);
    assertThat(node.get("/readyz").statusCode()).isEqualTo(200);
    assertThat(node.get("/healthz").body()).isEqualTo("{\"status\":\"up\"}");
  }

  @Test
  void aLeavingNodeIsUpButNotReady() throws Exception {
    node.startDraining();
    await().until(() -> node.get("/readyz").statusCode() == 503);
    assertThat(node.get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void servesAPageThatMayUseNothingButItself() throws Exception {
    HttpResponse<String> page = node.get("/");
    assertThat(page.body()).contains("<h1>Starling</h1>");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'sha256-", "style-src 'sha256-");
  }

  @Test
  void getIsAlsoHead() throws Exception {
    HttpResponse<String> head =
        node.send(node.request("/healthz").method("HEAD", BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }
}
