package edge.starling.deployments;

import static edge.starling.deployments.Http.header;
import static edge.starling.deployments.Http.json;
import static edge.starling.deployments.Http.problem;
import static edge.starling.deployments.Http.text;
import static edge.starling.deployments.Http.texts;
import static edge.starling.deployments.TestCluster.ECHO;
import static edge.starling.deployments.TestCluster.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the real faas-cli and go-sdk say to a gateway, request by request, said to a node that is
 * not the provider; images are those that nodes can run.
 */
class OpenFaasIT {
  private static final String USER = "admin";
  private static final String PASSWORD = "not very secret";
  private static final String RIGHT =
      "Basic " + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes());

  /** The node that everything is asked of. */
  private static final int ASKED = 2;

  private static TestCluster cluster;
  private static String image;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    cluster =
        TestCluster.of(3, "http.basic-auth.enabled=true", "http.basic-auth.password=" + PASSWORD);
    HttpResponse<byte[]> deployed =
        cluster.send(
            Http.with(
                cluster.request(0, "/functions/deployments").header("Authorization", RIGHT),
                "POST",
                Http.form(ECHO, "name", "seed")));
    assertThat(deployed.statusCode()).as(text(deployed)).isEqualTo(201);
    image =
        "wasm:sha256:" + json(cluster.get(1, "/functions/seed")).at("/handler/sha256").textValue();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void removeAll() {
    for (String name : new String[] {"noop", "copy", "sdkfn"}) {
      ask(0, "DELETE", "/system/functions", "{\"functionName\":\"" + name + "\"}");
    }
  }

  private static HttpResponse<byte[]> ask(int node, String method, String path, String body) {
    return cluster.send(
        cluster
            .request(node, path)
            .header("Authorization", RIGHT)
            .header("User-Agent", "faas-cli/0.18.12")
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build());
  }

  private static HttpResponse<byte[]> ask(String method, String path, String body) {
    return ask(ASKED, method, path, body);
  }

  private static HttpResponse<byte[]> get(String path) {
    return ask("GET", path, "");
  }

  /** What the client shows of a failure is its text. */
  private static void refused(HttpResponse<byte[]> answer, int status, String text) {
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
    assertThat(header(answer, "Content-Type")).startsWith("text/plain");
    assertThat(text(answer)).contains(text);
  }

  private static void taken(HttpResponse<byte[]> answer, int status) {
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
    assertThat(answer.body()).isEmpty();
  }

  private static JsonNode shown(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
    return json(answer);
  }

  private static JsonNode listed(String name, String query) {
    for (JsonNode one : shown(get("/system/functions" + query))) {
      if (one.path("name").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError(name + " is not listed");
  }

  private static String deployment(String name, String more) {
    return "{\"service\":\"" + name + "\",\"image\":\"" + image + "\"" + more + "}";
  }

  /** As {@code faas-cli deploy} does: PUT, and POST of the same after 404. */
  private static void deploy(String name, String more) {
    HttpResponse<byte[]> put = ask("PUT", "/system/functions", deployment(name, more));
    refused(put, 404, "function: " + name + ".openfaas-fn not found");
    taken(ask("POST", "/system/functions", deployment(name, more)), 200);
  }

  /**
   * Nodes that have not been heard of for a while, on a busy machine, are passed over: again then.
   */
  private static void scale(String name, int replicas) {
    eventually(
        () ->
            taken(
                ask(
                    "POST",
                    "/system/scale-function/" + name,
                    "{\"serviceName\":\"%s\",\"replicas\":%d,\"namespace\":\"openfaas-fn\"}"
                        .formatted(name, replicas)),
                200));
    assertThat(shown(get("/system/function/" + name)).path("replicas").asInt()).isEqualTo(replicas);
  }

  @Test
  void whoIsNotLoggedInIsTurnedAway() {
    for (String credentials :
        new String[] {
          "Bearer ", "Basic " + Base64.getEncoder().encodeToString("admin:x".getBytes())
        }) {
      HttpResponse<byte[]> answer =
          cluster.send(
              cluster
                  .request(ASKED, "/system/functions")
                  .header("Authorization", credentials)
                  .build());
      refused(answer, 401, "invalid credentials");
      assertThat(text(answer)).isEqualTo("invalid credentials");
      assertThat(header(answer, "WWW-Authenticate")).isEqualTo("Basic realm=\"Restricted\"");
    }
    assertThat(cluster.get(ASKED, "/healthz").statusCode()).isEqualTo(200);
    assertThat(text(cluster.call(ASKED, "seed.openfaas-fn", "open"))).isEqualTo("open");
    assertThat(shown(get("/system/functions")).isArray()).isTrue();
  }

  @Test
  void theNativeInterfaceIsNoSideDoor() {
    assertThat(problem(cluster.deploy(0, "thief", ECHO), 401, "unauthorized"))
        .isEqualTo("invalid credentials");
    assertThat(cluster.put(0, "seed", null).statusCode()).isEqualTo(401);
    assertThat(cluster.delete(0, "/functions/deployments/seed?everywhere=true").statusCode())
        .isEqualTo(401);
    assertThat(cluster.delete(0, "/api/v1/functions/deployments/seed").statusCode()).isEqualTo(401);
    assertThat(cluster.delete(0, "/functions//deployments/seed").statusCode()).isNotEqualTo(204);
    assertThat(cluster.get(0, "/configuration").statusCode()).isEqualTo(401);
    assertThat(cluster.get(0, "/nodes/self/state").statusCode()).isEqualTo(401);
    assertThat(text(ask("GET", "/configuration", "")))
        .contains("basic-auth")
        .doesNotContain(PASSWORD);
    assertThat(cluster.get(0, "/functions/seed").statusCode()).isEqualTo(200);
  }

  @Test
  void tellsWhatItIs() {
    JsonNode info = shown(get("/system/info"));
    assertThat(info.at("/provider/provider").asText()).isEqualTo("starling");
    assertThat(info.at("/provider/orchestration").asText()).isNotEmpty();
    assertThat(info.at("/provider/version").has("release")).isTrue();
    assertThat(info.at("/provider/version").has("sha")).isTrue();
    assertThat(info.at("/version").has("release")).isTrue();
    assertThat(info.at("/version").has("sha")).isTrue();
    assertThat(info.at("/version").has("commit_message")).isTrue();
    assertThat(info.path("arch").isTextual()).isTrue();
  }

  @Test
  void deploysReplacesDescribesAndRemoves() {
    taken(ask("POST", "/system/secrets", "{\"name\":\"api-key\",\"value\":\"abc123\"}"), 201);
    String all =
        ",\"envProcess\":\"/usr/bin/fnhandler\",\"envVars\":{\"a\":\"b\"},\"constraints\":[\"zone=a\"],"
            + "\"secrets\":[\"api-key\"],\"labels\":{\"com.openfaas.scale.min\":\"1\",\"tier\":\"edge\"},"
            + "\"annotations\":{\"topic\":\"x\"},\"limits\":{\"memory\":\"64Mi\",\"cpu\":\"100m\"},"
            + "\"requests\":{\"memory\":\"32Mi\",\"cpu\":\"50m\"},\"readOnlyRootFilesystem\":true";
    deploy("noop", all);

    JsonNode listed = listed("noop", "");
    JsonNode described = shown(get("/system/function/noop?usage=1"));
    for (JsonNode one : new JsonNode[] {listed, described}) {
      assertThat(one.path("name").asText()).isEqualTo("noop");
      assertThat(one.path("image").asText()).isEqualTo(image);
      assertThat(one.path("namespace").asText()).isEqualTo("openfaas-fn");
      assertThat(one.path("envProcess").asText()).isEqualTo("/usr/bin/fnhandler");
      assertThat(one.path("envVars")).isEqualTo(json("{\"a\":\"b\"}"));
      assertThat(texts(one.path("constraints"))).containsExactly("zone=a");
      assertThat(texts(one.path("secrets"))).containsExactly("api-key");
      assertThat(one.path("labels"))
          .isEqualTo(json("{\"com.openfaas.scale.min\":\"1\",\"tier\":\"edge\"}"));
      assertThat(one.path("annotations")).isEqualTo(json("{\"topic\":\"x\"}"));
      assertThat(one.path("limits")).isEqualTo(json("{\"memory\":\"64Mi\",\"cpu\":\"100m\"}"));
      assertThat(one.path("requests")).isEqualTo(json("{\"memory\":\"32Mi\",\"cpu\":\"50m\"}"));
      assertThat(one.path("readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(one.path("replicas").asInt()).isEqualTo(1);
      assertThat(one.path("availableReplicas").asInt()).isEqualTo(1);
      assertThat(one.path("invocationCount").asLong(-1)).isZero();
      assertThat(Instant.parse(one.path("createdAt").asText())).isBeforeOrEqualTo(Instant.now());
    }
    assertThat(json(cluster.get(0, "/functions/noop")).path("memory_mb").asInt()).isEqualTo(64);

    // an update through yet another node names everything anew, and adds no provider
    taken(
        ask(
            1,
            "PUT",
            "/system/functions",
            deployment("noop", ",\"envVars\":{\"a\":\"b2\"},\"labels\":{},\"annotations\":{}")),
        200);
    JsonNode updated = shown(ask(0, "GET", "/system/function/noop?usage=1", ""));
    assertThat(updated.path("envVars")).isEqualTo(json("{\"a\":\"b2\"}"));
    assertThat(updated.path("labels")).isEqualTo(json("{}"));
    assertThat(updated.path("annotations")).isEqualTo(json("{}"));
    assertThat(updated.has("secrets")).isFalse();
    assertThat(updated.path("replicas").asInt()).isEqualTo(1);
    assertThat(texts(json(cluster.get(0, "/functions/noop")).path("providers")))
        .containsExactly("n2");

    // deploy --replace --update=false
    taken(ask(1, "DELETE", "/system/functions", "{\"functionName\":\"noop\"}"), 200);
    taken(
        ask(
            "POST",
            "/system/functions",
            deployment(
                "noop",
                ",\"envVars\":{\"a\":\"c\"},\"secrets\":[\"api-key\"],\"labels\":{},\"annotations\":{}")),
        200);
    refused(ask("POST", "/system/functions", deployment("noop", "")), 409, "noop");

    taken(ask(0, "DELETE", "/system/functions", "{\"functionName\":\"noop\"}"), 200);
    refused(
        ask("DELETE", "/system/functions", "{\"functionName\":\"noop\"}"),
        404,
        "function noop.openfaas-fn not found");
    taken(get("/system/function/noop?usage=1"), 404);
    taken(ask("DELETE", "/system/secrets", "{\"name\":\"api-key\"}"), 202);
  }

  @Test
  void whatCannotBeDeployedIsRefusedInTheOrderThatTheClientExpects() {
    String oci = "{\"service\":\"bad\",\"image\":\"127.0.0.1:5000/nosuch:latest\"}";
    refused(ask("PUT", "/system/functions", oci), 404, "function: bad.openfaas-fn not found");
    refused(ask("POST", "/system/functions", oci), 400, "no node has the runtime \"openfaas\"");
    refused(
        ask("POST", "/system/functions", "{\"service\":\"bad\",\"image\":\"nothing-there\"}"),
        400,
        "nothing-there");
    refused(
        ask("PUT", "/system/functions", deployment("bad", ",\"secrets\":[\"nosuch\"]")),
        400,
        "unable to find secret: nosuch");
    refused(
        ask("POST", "/system/functions", deployment("Not_ours", "")),
        400,
        "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    refused(
        ask("POST", "/system/functions", deployment("bad", ",\"limits\":{\"memory\":\"much\"}")),
        400,
        "limits.memory");
    refused(
        ask(
            "POST",
            "/system/functions",
            deployment("bad", ",\"annotations\":{\"com.starling.capacity\":\"slots:0\"}")),
        400,
        "com.starling.capacity");
    refused(ask("POST", "/system/functions", "{"), 400, "JSON");
    taken(get("/system/function/bad"), 404);
    refused(get("/system/nowhere"), 404, "no such path");
  }

  @Test
  void aFunctionsNameIsAnImageToo() {
    taken(
        ask(
            "POST",
            "/system/functions",
            "{\"service\":\"copy\",\"image\":\"seed\",\"annotations\":"
                + "{\"com.starling.capacity\":\"rate:1000\",\"com.starling.policy\":\"round-robin\"}}"),
        200);

    assertThat(text(cluster.call(1, "copy", "hello"))).isEqualTo("hello");
    assertThat(shown(get("/system/function/copy")).path("image").asText()).isEqualTo("seed");
    JsonNode natively = json(cluster.get(0, "/functions/copy"));
    assertThat(natively.path("capacity").asText()).isEqualTo("rate:1000");
    assertThat(natively.path("policy").asText()).isEqualTo("round-robin");
    taken(ask("PUT", "/system/functions", "{\"service\":\"copy\",\"image\":\"wasm:seed\"}"), 200);
    assertThat(json(cluster.get(0, "/functions/copy")).has("capacity")).isFalse();
  }

  @Test
  void aPythonHandlerIsAnImageToo() {
    HttpResponse<byte[]> seeded =
        cluster.send(
            Http.with(
                cluster.request(0, "/functions/deployments").header("Authorization", RIGHT),
                "POST",
                Http.form(TestCluster.WORDCOUNT, "name", "words")));
    assertThat(seeded.statusCode()).as(text(seeded)).isEqualTo(201);
    String python = listed("words", "").path("image").asText();
    assertThat(python).matches("process:sha256:[0-9a-f]{64}");
    taken(
        ask(
            "POST",
            "/system/functions",
            "{\"service\":\"copy\",\"image\":\"%s\"}".formatted(python)),
        200);
    assertThat(text(cluster.call(1, "copy", "a b a")))
        .isEqualTo(text(cluster.call(1, "words", "a b a")));
    refused(
        ask(
            "POST",
            "/system/functions",
            "{\"service\":\"sdkfn\",\"image\":\"%s\"}"
                .formatted(python.replace("process:", "wasm:"))),
        400,
        "no function of the cluster has such code");
    taken(ask("DELETE", "/system/functions", "{\"functionName\":\"words\"}"), 200);
  }

  @Test
  void invokesAndCounts() {
    deploy("noop", "");
    for (int node = 0; node < 3; node++) {
      HttpResponse<byte[]> answer = cluster.call(node, "noop.openfaas-fn?x=y", "hello");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(text(answer)).isEqualTo("hello");
      assertThat(header(answer, "X-Call-Id")).isNotEmpty();
      assertThat(header(answer, "X-Duration-Seconds")).isNotEmpty();
      assertThat(header(answer, "X-Start-Time")).isNotEmpty();
      assertThat(header(answer, "X-Served-By")).isEqualTo("n2");
    }
    eventually(() -> assertThat(listed("noop", "").path("invocationCount").asInt()).isEqualTo(3));
    assertThat(cluster.call(ASKED, "nope.openfaas-fn", "hello").statusCode()).isEqualTo(404);
    HttpResponse<byte[]> async =
        cluster.send(
            cluster
                .request(ASKED, "/async-function/noop.openfaas-fn")
                .POST(BodyPublishers.ofString("hello"))
                .build());
    assertThat(problem(async, 501, "switched-off")).contains("Kafka");
  }

  @Test
  void scalesUpAndDownAndToNothing() {
    deploy("noop", "");
    scale("noop", 2);
    scale("noop", 3);
    scale("noop", 1);
    assertThat(text(cluster.call(0, "noop", "one"))).isEqualTo("one");
    scale("noop", 0);
    assertThat(listed("noop", "").path("availableReplicas").asInt(-1)).isZero();
    for (int node = 0; node < 3; node++) {
      assertThat(cluster.call(node, "noop", "x").statusCode()).isEqualTo(503);
    }
    scale("noop", 2);
    for (int node = 0; node < 3; node++) {
      assertThat(text(cluster.call(node, "noop", "again"))).isEqualTo("again");
    }
    HttpResponse<byte[]> more =
        ask("POST", "/system/scale-function/noop", "{\"serviceName\":\"noop\",\"replicas\":9}");
    assertThat(more.statusCode()).isEqualTo(202);
    assertThat(text(more)).contains("3 nodes");
    refused(
        ask("POST", "/system/scale-function/nope", "{\"replicas\":1}"),
        404,
        "function: nope.openfaas-fn not found");
    refused(
        ask("POST", "/system/scale-function/noop", "{\"replicas\":-1}"), 400, "replicas must be");
  }

  @Test
  void keepsSecretsAndNeverShowsThem() {
    taken(ask(0, "POST", "/system/secrets", "{\"name\":\"key\",\"value\":\"abc123\"}"), 201);
    assertThat(shown(get("/system/secrets")))
        .isEqualTo(json("[{\"name\":\"key\",\"namespace\":\"openfaas-fn\"}]"));
    taken(ask("PUT", "/system/secrets", "{\"name\":\"key\",\"value\":\"abc124\"}"), 202);
    taken(ask("POST", "/system/secrets", "{\"name\":\"key\",\"value\":\"abc125\"}"), 201);
    taken(ask("POST", "/system/secrets", "{\"name\":\"s1\",\"rawValue\":\"AQL/\"}"), 201);
    refused(ask("PUT", "/system/secrets", "{\"name\":\"no\",\"value\":\"x\"}"), 404, "secret");
    taken(ask(1, "DELETE", "/system/secrets", "{\"name\":\"key\"}"), 202);
    refused(ask("DELETE", "/system/secrets", "{\"name\":\"key\"}"), 404, "secret not found");
    taken(ask("DELETE", "/system/secrets", "{\"name\":\"s1\",\"namespace\":\"openfaas-fn\"}"), 202);
    assertThat(shown(get("/system/secrets"))).isEmpty();
  }

  @Test
  void aFunctionReadsTheSecretsThatItNamesOnWhateverNodeItRuns() {
    HttpResponse<byte[]> seeded =
        cluster.send(
            Http.with(
                cluster.request(1, "/functions/deployments").header("Authorization", RIGHT),
                "POST",
                Http.form(TestCluster.testing("env"), "name", "env")));
    assertThat(seeded.statusCode()).as(text(seeded)).isEqualTo(201);
    taken(ask(0, "POST", "/system/secrets", "{\"name\":\"api-key\",\"value\":\"abc123\"}"), 201);
    taken(
        ask(
            "POST",
            "/system/functions",
            "{\"service\":\"noop\",\"image\":\"env\",\"secrets\":[\"api-key\"]}"),
        200);
    scale("noop", 3);
    for (int node = 0; node < 3; node++) {
      assertThat(text(cluster.call(node, "noop", ""))).contains("SECRET_API_KEY=abc123\n");
      assertThat(text(cluster.call(node, "env", ""))).doesNotContain("abc123");
    }
    taken(ask(1, "PUT", "/system/secrets", "{\"name\":\"api-key\",\"value\":\"abc124\"}"), 202);
    for (int node = 0; node < 3; node++) {
      int asked = node;
      eventually(
          () ->
              assertThat(text(cluster.call(asked, "noop", ""))).contains("SECRET_API_KEY=abc124"));
    }
    for (JsonNode one : shown(get("/system/functions"))) {
      assertThat(one.toString()).doesNotContain("abc12");
    }
    taken(ask("DELETE", "/system/secrets", "{\"name\":\"api-key\"}"), 202);
    taken(ask("DELETE", "/system/functions", "{\"functionName\":\"env\"}"), 200);
  }

  @Test
  void hasNamespaces() {
    String team =
        "{\"name\":\"team1\",\"annotations\":{\"openfaas\":\"1\"},"
            + "\"labels\":{\"a\":\"b\",\"openfaas\":\"1\"}}";
    assertThat(texts(shown(get("/system/namespaces")))).containsExactly("openfaas-fn");
    refused(get("/system/functions?namespace=team1"), 400, "namespace not valid");
    taken(ask("POST", "/system/namespace/", team), 201);
    refused(ask(0, "POST", "/system/namespace/", team), 409, "namespace team1 already exists");
    assertThat(texts(shown(ask(1, "GET", "/system/namespaces", ""))))
        .containsExactly("openfaas-fn", "team1");
    assertThat(shown(get("/system/namespace/team1")).path("labels"))
        .isEqualTo(json("{\"a\":\"b\",\"openfaas\":\"1\"}"));
    taken(ask("PUT", "/system/namespace/team1", team.replace("\"b\"", "\"c\"")), 202);
    JsonNode changed = shown(ask(0, "GET", "/system/namespace/team1", ""));
    assertThat(changed.path("name").asText()).isEqualTo("team1");
    assertThat(changed.at("/labels/a").asText()).isEqualTo("c");

    assertThat(shown(get("/system/functions?namespace=team1"))).isEmpty();
    String body = deployment("noop2", ",\"namespace\":\"team1\"");
    refused(ask("PUT", "/system/functions", body), 404, "function: noop2.team1 not found");
    taken(ask("POST", "/system/functions", body), 200);
    JsonNode described = shown(ask(0, "GET", "/system/function/noop2?namespace=team1&usage=1", ""));
    assertThat(described.path("namespace").asText()).isEqualTo("team1");
    assertThat(listed("noop2", "?namespace=team1").path("name").asText()).isEqualTo("noop2");
    assertThat(text(cluster.call(1, "noop2.team1", "hi"))).isEqualTo("hi");
    refused(ask("DELETE", "/system/namespace/team1", "{}"), 409, "has functions");
    taken(
        ask(
            1,
            "DELETE",
            "/system/functions",
            "{\"functionName\":\"noop2\",\"namespace\":\"team1\"}"),
        200);
    taken(
        ask(
            "DELETE",
            "/system/namespace/team1",
            "{\"name\":\"team1\",\"labels\":{\"openfaas\":\"1\"}}"),
        202);
    refused(get("/system/functions?namespace=team1"), 400, "namespace not valid");
    refused(get("/system/namespace/team1"), 404, "team1");
  }

  /** A handler that prints what it gets, on one node. */
  private void deployTalker(String name) throws IOException {
    Path handler =
        Files.writeString(
            folder.resolve("talk.py"),
            "def handle(req):\n    print('log line', req)\n    return req\n");
    HttpResponse<byte[]> deployed =
        cluster.send(
            Http.with(
                cluster.request(0, "/functions/deployments").header("Authorization", RIGHT),
                "POST",
                Http.form(handler, "name", name)));
    assertThat(deployed.statusCode()).as(text(deployed)).isEqualTo(201);
  }

  private static List<JsonNode> messages(String lines) {
    return lines.lines().map(Http::json).toList();
  }

  private static List<JsonNode> logged(String query) {
    HttpResponse<byte[]> answer = get("/system/logs?" + query);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(header(answer, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(header(answer, "Transfer-Encoding")).isEqualTo("chunked");
    return messages(text(answer));
  }

  private static List<String> bare(List<JsonNode> messages) {
    return messages.stream().map(message -> message.path("text").asText()).toList();
  }

  /** Where it is called, it runs: the caller's node has room. */
  private static void say(int node, String name, String what) {
    assertThat(text(cluster.call(node, name + ".openfaas-fn", what))).isEqualTo(what);
  }

  @Test
  void showsTheLogsOfAllNodes() throws Exception {
    deployTalker("noop");
    Instant before = Instant.now().minusSeconds(60);
    say(0, "noop", "0");
    eventually(
        () -> assertThat(bare(logged("follow=false&name=noop&tail=-1"))).endsWith("log line 0"));
    scale("noop", 2);
    String second = providers("noop").stream().filter(n -> !n.equals("n0")).findFirst().get();
    say(Integer.parseInt(second.substring(1)), "noop", "1");
    eventually(
        () -> assertThat(bare(logged("follow=0&name=noop&tail=1"))).containsExactly("log line 1"));

    List<JsonNode> all = logged("follow=false&name=noop&tail=-1&namespace=openfaas-fn");
    assertThat(bare(all))
        .containsSubsequence("log line 0", "log line 1")
        .anyMatch(text -> text.matches("\\[starling] version \\S+ gets the calls"))
        .anyMatch(text -> text.matches("\\[starling] worker \\d+ takes calls"));
    Instant last = Instant.MIN;
    for (JsonNode message : all) {
      assertThat(message.path("name").asText()).isEqualTo("noop");
      assertThat(message.path("namespace").asText()).isEqualTo("openfaas-fn");
      assertThat(message.path("instance").asText()).isIn("n0", second);
      Instant time = Instant.parse(message.path("timestamp").asText());
      assertThat(time).isAfterOrEqualTo(last).isAfter(before);
      last = time;
    }
    assertThat(logged("name=noop&instance=n0"))
        .isNotEmpty()
        .allSatisfy(one -> assertThat(one.path("instance").asText()).isEqualTo("n0"));
    assertThat(logged("name=noop&since=" + Instant.now().plusSeconds(60))).isEmpty();
    assertThat(logged("name=noop&since=" + before)).hasSameSizeAs(all);

    refused(get("/system/logs?follow=false&name=nope&tail=-1"), 404, "nope.openfaas-fn not found");
    refused(get("/system/logs?name=noop&tail=few"), 400, "tail must be");
    refused(get("/system/logs?name=noop&instance=n9"), 400, "n0, n1, n2");
    HttpResponse<byte[]> stranger =
        cluster.send(cluster.request(ASKED, "/system/logs?name=noop").build());
    refused(stranger, 401, "invalid credentials");
  }

  @Test
  void followsTheLogsOfAllNodes() throws Exception {
    deployTalker("noop");
    say(0, "noop", "0");
    eventually(() -> assertThat(bare(logged("name=noop"))).contains("log line 0"));
    HttpResponse<InputStream> answer =
        HttpClient.newHttpClient()
            .send(
                cluster
                    .request(ASKED, "/system/logs?follow=true&name=noop&tail=1")
                    .header("Authorization", RIGHT)
                    .build(),
                BodyHandlers.ofInputStream());
    Queue<String> lines = new ConcurrentLinkedQueue<>();
    Thread reader = new Thread(() -> read(answer.body(), lines));
    reader.start();
    Supplier<List<String>> seen = () -> bare(messages(String.join("\n", lines)));

    eventually(() -> assertThat(seen.get()).containsExactly("log line 0"));
    say(0, "noop", "1");
    eventually(() -> assertThat(seen.get()).containsExactly("log line 0", "log line 1"));

    // a provider that comes later, and one that goes
    scale("noop", 2);
    String second = providers("noop").stream().filter(n -> !n.equals("n0")).findFirst().get();
    int other = Integer.parseInt(second.substring(1));
    say(other, "noop", "2");
    eventually(() -> assertThat(seen.get()).contains("log line 2"));
    taken(ask("DELETE", "/system/functions", "{\"functionName\":\"noop\"}"), 200);
    eventually(
        () -> assertThat(seen.get()).anyMatch(text -> text.matches(".*version \\S+ is retired")));
    assertThat(bare(logged("name=noop"))).contains("log line 1");
    assertThat(text(cluster.get(ASKED, "/metrics"))).contains("starling_logs_readers 1");

    answer.body().close();
    reader.join();
    eventually(
        () -> assertThat(text(cluster.get(ASKED, "/metrics"))).contains("starling_logs_readers 0"));
  }

  private static void read(InputStream body, Queue<String> lines) {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(body, UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException closed) {
      lines.add("{\"text\":\"closed\"}");
    }
  }

  private static List<String> providers(String name) {
    return texts(json(cluster.get(0, "/functions/" + name)).path("providers"));
  }

  @Test
  void theReasonOfAFailedDeploymentStaysInTheLog() throws Exception {
    Path handler =
        Files.writeString(folder.resolve("bad.py"), "print('so far')\nimport no_such_module\n");
    HttpResponse<byte[]> deployed =
        cluster.send(
            Http.with(
                cluster.request(0, "/functions/deployments").header("Authorization", RIGHT),
                "POST",
                Http.form(handler, "name", "failing")));
    assertThat(deployed.statusCode()).isEqualTo(422);

    assertThat(bare(logged("name=failing")))
        .containsSubsequence("so far", "ModuleNotFoundError: No module named 'no_such_module'")
        .anyMatch(text -> text.matches("\\[starling] version \\S+ cannot run here: .*"));
  }

  /** As the go-sdk does it: POST alone, and the namespace always. */
  @Test
  void theSdkDeploysScalesAndInvokes() {
    taken(
        ask("POST", "/system/functions", deployment("sdkfn", ",\"namespace\":\"openfaas-fn\"")),
        200);
    JsonNode described = shown(get("/system/function/sdkfn?namespace=openfaas-fn"));
    assertThat(described.path("name").asText()).isEqualTo("sdkfn");
    assertThat(described.path("availableReplicas").asInt()).isEqualTo(1);
    scale("sdkfn", 2);
    assertThat(text(cluster.call(0, "sdkfn.openfaas-fn", "hi"))).isEqualTo("hi");
    taken(
        ask(
            "DELETE",
            "/system/functions",
            "{\"functionName\":\"sdkfn\",\"namespace\":\"openfaas-fn\"}"),
        200);
  }
}
