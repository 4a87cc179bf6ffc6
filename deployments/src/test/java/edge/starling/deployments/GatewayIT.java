package edge.starling.deployments;

import static edge.starling.deployments.Http.header;
import static edge.starling.deployments.Http.json;
import static edge.starling.deployments.Http.problem;
import static edge.starling.deployments.Http.text;
import static edge.starling.deployments.Http.texts;
import static edge.starling.deployments.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Functions at a real OpenFaaS provider, through nodes of which two have no gateway: all is asked
 * of one that has none.
 */
class GatewayIT {
  private static final int ASKED = 1;
  private static TestGateway gateway;
  private static TestCluster cluster;
  private static Node withGateway;

  @BeforeAll
  static void start() {
    gateway = TestGateway.start();
    cluster = TestCluster.of(2);
    withGateway = cluster.startStranger(gateway.settings().toArray(String[]::new));
    eventually(() -> assertThat(json(cluster.get(ASKED, "/nodes")).get("nodes")).hasSize(3));
  }

  @AfterAll
  static void stop() {
    if (withGateway != null) {
      withGateway.close();
    }
    if (cluster != null) {
      cluster.close();
    }
    if (gateway != null) {
      gateway.close();
    }
  }

  @AfterEach
  void removeAll() {
    for (JsonNode function : json(cluster.get(ASKED, "/functions")).get("functions")) {
      cluster.delete(
          ASKED, "/functions/deployments/" + function.get("name").asText() + "?everywhere=true");
    }
    for (JsonNode function : json(gateway.get("/system/functions"))) {
      gateway.send(
          "DELETE",
          "/system/functions",
          "{\"functionName\":\"" + function.get("name").asText() + "\"}");
    }
  }

  private static HttpResponse<byte[]> ask(String method, String path, String body) {
    return cluster.send(
        cluster.request(ASKED, path).method(method, BodyPublishers.ofString(body)).build());
  }

  private static void deploy(String name, String image, String more) {
    HttpResponse<byte[]> answer =
        ask(
            "POST",
            "/system/functions",
            "{\"service\":\""
                + name
                + "\",\"image\":\"registry.example/"
                + image
                + "\""
                + more
                + "}");
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
  }

  private static JsonNode atGateway(String name) {
    HttpResponse<byte[]> status = gateway.get("/system/function/" + name);
    assertThat(status.statusCode()).isEqualTo(200);
    return json(status);
  }

  @Test
  void runsAnImageOnTheNodeThatHasAGateway() {
    ask("POST", "/system/secrets", "{\"name\":\"api-key\",\"value\":\"hush\"}");
    deploy(
        "echo",
        "echo:1",
        ",\"envVars\":{\"K\":\"v\"},\"labels\":{\"team\":\"a\"},\"secrets\":[\"api-key\"],"
            + "\"annotations\":{\"note\":\"n\"},\"limits\":{\"memory\":\"64Mi\"},"
            + "\"readOnlyRootFilesystem\":true");

    JsonNode there = atGateway("echo");
    assertThat(there.at("/image").asText()).isEqualTo("registry.example/echo:1");
    assertThat(there.at("/envVars/K").asText()).isEqualTo("v");
    assertThat(there.at("/labels/team").asText()).isEqualTo("a");
    assertThat(there.at("/annotations/note").asText()).isEqualTo("n");
    assertThat(there.at("/limits/memory").asText()).isEqualTo("64Mi");
    assertThat(texts(there.at("/secrets"))).containsExactly("api-key");
    assertThat(there.at("/readOnlyRootFilesystem").asBoolean()).isTrue();
    JsonNode here = json(cluster.get(ASKED, "/functions/echo"));
    assertThat(here.get("runtime").asText()).isEqualTo("openfaas");
    assertThat(here.get("form").asText()).isEqualTo("image");
    assertThat(texts(here.get("providers"))).containsExactly("stranger");
    assertThat(text(cluster.call(ASKED, "echo", "hello"))).isEqualTo("hello");

    HttpResponse<byte[]> updated =
        ask(
            "PUT",
            "/system/functions",
            "{\"service\":\"echo\",\"image\":\"registry.example/teapot:2\"}");
    assertThat(updated.statusCode()).as(text(updated)).isEqualTo(200);
    assertThat(atGateway("echo").get("image").asText()).isEqualTo("registry.example/teapot:2");
    assertThat(cluster.call(ASKED, "echo", "").statusCode()).isEqualTo(418);

    ask("DELETE", "/system/functions", "{\"functionName\":\"echo\"}");
    eventually(() -> assertThat(gateway.get("/system/function/echo").statusCode()).isEqualTo(404));
  }

  @Test
  void deploysAnImageNativelyOnThatNodeOnly() {
    HttpResponse<byte[]> elsewhere =
        cluster.put(ASKED, "native", null, "image", "registry.example/echo:1");
    assertThat(elsewhere.statusCode()).isEqualTo(501);
    assertThat(problem(elsewhere, 501, "switched-off")).contains("runtimes.openfaas.gateway");

    HttpResponse<byte[]> there =
        cluster.send(
            Http.with(
                cluster
                    .request(ASKED, "")
                    .uri(URI.create(withGateway.httpUrl() + "/functions/deployments/native")),
                "PUT",
                Http.form(null, "image", "registry.example/echo:1")));
    assertThat(there.statusCode()).as(text(there)).isEqualTo(201);
    assertThat(text(cluster.call(ASKED, "native", "hi"))).isEqualTo("hi");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void passesCallsOnUnchanged(String method) {
    deploy("echo", "echo:1", "");
    byte[] body = new byte[100_000];
    new Random(7).nextBytes(body);
    byte[] sent = method.equals("GET") ? new byte[0] : body;

    HttpResponse<byte[]> answer =
        cluster.send(
            cluster
                .request(ASKED, "/function/echo/a%20b/c?x=1&y=%2F&x=2")
                .header("Content-Type", "application/x-own")
                .header("X-Echo", "one")
                .header("X-Echo", "two")
                .method(method, BodyPublishers.ofByteArray(sent))
                .build());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(sent);
    assertThat(header(answer, "X-Method")).isEqualTo(method);
    assertThat(header(answer, "X-Path")).isEqualTo("/a%20b/c");
    assertThat(header(answer, "X-Query")).isEqualTo("x=1&y=%2F&x=2");
    assertThat(header(answer, "Content-Type")).isEqualTo("application/x-own");
    assertThat(answer.headers().allValues("X-Echo")).containsExactly("one", "two");
    assertThat(header(answer, "X-Seen-Call-Id")).isEqualTo(header(answer, "X-Call-Id"));
    assertThat(header(answer, "X-Served-By")).isEqualTo("stranger");
  }

  @ParameterizedTest
  @CsvSource({"teapot, 418, short and stout", "missing, 404, no such", "failing, 500, it broke"})
  void passesOnWhatTheFunctionAnswers(String image, int status, String text) {
    deploy(image, image + ":1", "");

    HttpResponse<byte[]> answer = cluster.call(ASKED, image, "");

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(text(answer)).startsWith(text);
    assertThat(header(answer, "Content-Type")).startsWith("text/plain");
  }

  @Test
  void endsACallWhoseTimeIsOver() {
    deploy("slow", "slow:1", "");

    HttpResponse<byte[]> answer =
        cluster.send(
            cluster
                .request(ASKED, "/function/slow")
                .header("X-Timeout", "300ms")
                .POST(BodyPublishers.noBody())
                .build());

    problem(answer, 504, "deadline");
  }

  @Test
  void saysWhatTheGatewayHasAgainstAnImage() {
    HttpResponse<byte[]> answer =
        ask(
            "POST",
            "/system/functions",
            "{\"service\":\"nope\",\"image\":\"registry.example/nope:1\"}");

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(text(answer)).contains("unable to pull registry.example/nope:1");
    assertThat(cluster.get(ASKED, "/functions/nope").statusCode()).isEqualTo(404);
  }

  @Test
  void leavesAFunctionOfSomebodyElseAlone() {
    String theirs = "{\"service\":\"theirs\",\"image\":\"x/teapot:1\"}";
    gateway.send("POST", "/system/functions", theirs);

    HttpResponse<byte[]> answer =
        ask("POST", "/system/functions", "{\"service\":\"theirs\",\"image\":\"x/echo:1\"}");

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(text(answer)).contains("adopt it");
    assertThat(atGateway("theirs").get("image").asText()).isEqualTo("x/teapot:1");
    assertThat(cluster.get(ASKED, "/functions/theirs").statusCode()).isEqualTo(404);
  }

  @Test
  void oneOfTwoNodesWithTheSameGatewayLeavesItTheFunction() {
    deploy("echo", "echo:1", "");
    try (Node second = cluster.startStranger(secondWithGateway())) {
      eventually(() -> assertThat(json(cluster.get(ASKED, "/nodes")).get("nodes")).hasSize(4));
      HttpResponse<byte[]> joined =
          cluster.send(
              cluster
                  .request(ASKED, "")
                  .uri(URI.create(second.httpUrl() + "/functions/deployments/echo"))
                  .PUT(BodyPublishers.noBody())
                  .build());
      assertThat(joined.statusCode()).as(text(joined)).isEqualTo(201);
      assertThat(json(cluster.get(ASKED, "/system/function/echo")).get("replicas").asInt())
          .isEqualTo(1);
      String before = atGateway("echo").get("createdAt").asText();

      HttpResponse<byte[]> left =
          cluster.send(
              cluster
                  .request(ASKED, "")
                  .uri(URI.create(second.httpUrl() + "/functions/deployments/echo"))
                  .DELETE()
                  .build());

      assertThat(left.statusCode()).isEqualTo(204);
      assertThat(text(cluster.call(ASKED, "echo", "still"))).isEqualTo("still");
      assertThat(atGateway("echo").get("createdAt").asText()).isEqualTo(before);
    }
    eventually(() -> assertThat(json(cluster.get(ASKED, "/nodes")).get("nodes")).hasSize(3));
  }

  private static String[] secondWithGateway() {
    List<String> settings = new ArrayList<>(gateway.settings());
    settings.add("name=second");
    settings.add("data=" + cluster.data(9));
    return settings.toArray(String[]::new);
  }

  @Test
  void scalesAtTheGateway() {
    deploy("echo", "echo:1", "");

    HttpResponse<byte[]> scaled =
        ask("POST", "/system/scale-function/echo", "{\"serviceName\":\"echo\",\"replicas\":3}");

    assertThat(scaled.statusCode()).as(text(scaled)).isEqualTo(200);
    assertThat(atGateway("echo").get("replicas").asInt()).isEqualTo(3);
    eventually(
        () -> {
          JsonNode status = json(cluster.get(ASKED, "/system/function/echo"));
          assertThat(status.get("replicas").asInt()).isEqualTo(3);
          assertThat(status.get("availableReplicas").asInt()).isEqualTo(3);
        });
  }

  @Test
  void showsWhatFunctionsLogAtTheGateway() {
    deploy("echo", "echo:1", "");

    HttpResponse<byte[]> log = cluster.get(ASKED, "/system/logs?name=echo");

    assertThat(log.statusCode()).isEqualTo(200);
    JsonNode line =
        text(log)
            .lines()
            .map(Http::json)
            .filter(one -> one.get("text").asText().contains("echo:1 started"))
            .findFirst()
            .orElseThrow();
    assertThat(line.get("name").asText()).isEqualTo("echo");
    assertThat(line.get("instance").asText()).isEqualTo("stranger");
  }

  @Test
  void withdrawsWhileTheGatewayIsDownAndComesBackWithIt() {
    deploy("echo", "echo:1", "");
    gateway.kill();
    try {
      // refused at first, and no longer sent there once the node has withdrawn
      assertThat(cluster.call(ASKED, "echo", "x").statusCode()).isEqualTo(503);
      eventually(
          () ->
              assertThat(texts(json(cluster.get(ASKED, "/functions/echo")).get("providers")))
                  .isEmpty());
      problem(cluster.call(ASKED, "echo", "x"), 503, "no-provider");
      HttpResponse<byte[]> refused =
          ask(
              "POST",
              "/system/functions",
              "{\"service\":\"late\",\"image\":\"registry.example/echo:1\"}");
      assertThat(refused.statusCode()).as(text(refused)).isEqualTo(503);
      assertThat(header(refused, "Retry-After")).isEqualTo("1");
    } finally {
      gateway.run();
    }

    eventually(
        () ->
            assertThat(texts(json(cluster.get(ASKED, "/functions/echo")).get("providers")))
                .containsExactly("stranger"));
    eventually(() -> assertThat(text(cluster.call(ASKED, "echo", "again"))).isEqualTo("again"));
  }

  @Test
  void deploysAgainWhatTheGatewayHasLost() {
    deploy("echo", "echo:1", "");
    gateway.send("DELETE", "/system/functions", "{\"functionName\":\"echo\"}");

    eventually(() -> assertThat(text(cluster.call(ASKED, "echo", "back"))).isEqualTo("back"));
  }

  @Test
  void removesAtTheGatewayWhatWasDeletedWhileItWasDown() {
    deploy("echo", "echo:1", "");
    gateway.kill();
    try {
      ask("DELETE", "/system/functions", "{\"functionName\":\"echo\"}");
    } finally {
      gateway.run();
    }
    // as if it had kept what it had
    gateway.send(
        "POST",
        "/system/functions",
        "{\"service\":\"echo\",\"image\":\"x/echo:1\","
            + "\"annotations\":{\"com.starling.version\":\"1-ab\"}}");

    eventually(() -> assertThat(gateway.get("/system/function/echo").statusCode()).isEqualTo(404));
    assertThat(cluster.get(ASKED, "/functions/echo").statusCode()).isEqualTo(404);
  }

  @Test
  void adoptsWhatTheGatewayHasAndFollowsIt() {
    String function = "{\"service\":\"theirs\",\"image\":\"x/%s\"}";
    gateway.send("POST", "/system/functions", function.formatted("teapot:1"));
    assertThat(cluster.call(ASKED, "theirs", "").statusCode()).isEqualTo(404);

    HttpResponse<byte[]> adopted = adopt("theirs");
    assertThat(adopted.statusCode()).as(text(adopted)).isEqualTo(201);
    assertThat(cluster.call(ASKED, "theirs", "").statusCode()).isEqualTo(418);
    assertThat(json(cluster.get(ASKED, "/functions/theirs")).get("form").asText())
        .isEqualTo("adopted");

    gateway.send("PUT", "/system/functions", function.formatted("echo:2"));
    eventually(
        () ->
            assertThat(json(cluster.get(ASKED, "/functions/theirs")).get("version").asText())
                .startsWith("2-"));
    assertThat(text(cluster.call(ASKED, "theirs", "yes"))).isEqualTo("yes");

    gateway.send("DELETE", "/system/functions", "{\"functionName\":\"theirs\"}");
    eventually(
        () -> assertThat(cluster.get(ASKED, "/functions/theirs").statusCode()).isEqualTo(404));
    problem(adopt("theirs"), 404, "unknown-function");
  }

  @Test
  void leavesAtTheGatewayWhatItHadBefore() {
    gateway.send("POST", "/system/functions", "{\"service\":\"kept\",\"image\":\"x/echo:1\"}");
    adopt("kept");

    ask("DELETE", "/system/functions", "{\"functionName\":\"kept\"}");

    eventually(() -> assertThat(cluster.get(ASKED, "/functions/kept").statusCode()).isEqualTo(404));
    assertThat(atGateway("kept").get("image").asText()).isEqualTo("x/echo:1");
  }

  @Test
  void mirrorsAllOfTheGatewayWhereItIsToldTo() {
    gateway.send("POST", "/system/functions", "{\"service\":\"one\",\"image\":\"x/echo:1\"}");
    List<String> settings = new ArrayList<>(gateway.settings());
    settings.add("runtimes.openfaas.adopt=all");
    try (TestCluster mirror = TestCluster.of(1, settings.toArray(String[]::new))) {
      eventually(() -> assertThat(text(mirror.call(0, "one", "1"))).isEqualTo("1"));
      gateway.send("POST", "/system/functions", "{\"service\":\"two\",\"image\":\"x/echo:1\"}");
      eventually(() -> assertThat(text(mirror.call(0, "two", "2"))).isEqualTo("2"));

      mirror.delete(0, "/functions/deployments/one?everywhere=true");
      gateway.send("DELETE", "/system/functions", "{\"functionName\":\"two\"}");
      eventually(() -> assertThat(mirror.get(0, "/functions/two").statusCode()).isEqualTo(404));
      assertThat(mirror.get(0, "/functions/one").statusCode()).isEqualTo(404);
      assertThat(atGateway("one").get("image").asText()).isEqualTo("x/echo:1");

      gateway.send("POST", "/system/functions", "{\"service\":\"two\",\"image\":\"x/echo:1\"}");
      eventually(() -> assertThat(text(mirror.call(0, "two", "2"))).isEqualTo("2"));
    }
  }

  @Test
  void theReadmesCommandsWork(@TempDir Path folder) throws Exception {
    gateway.send("POST", "/system/functions", "{\"service\":\"figlet\",\"image\":\"x/echo:1\"}");
    Files.createSymbolicLink(folder.resolve("deployments"), Path.of("").toAbsolutePath());
    ProcessBuilder shell =
        new ProcessBuilder(
                "bash",
                "-euo",
                "pipefail",
                "-c",
                Readme.gatewayBlock(Path.of(".."))
                    .replace("http://127.0.0.1:8080", withGateway.httpUrl()))
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    shell.environment().put("STARLING_URL", withGateway.httpUrl());
    Process commands = shell.start();

    assertThat(commands.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(commands.exitValue()).as(Files.readString(folder.resolve("err"))).isZero();
    assertThat(Files.readString(folder.resolve("out")))
        .contains("Hostname: ")
        .contains("hello")
        .endsWith("nodeinfo is removed everywhere\n");
  }

  private static HttpResponse<byte[]> adopt(String name) {
    return cluster.send(
        cluster
            .request(ASKED, "")
            .uri(URI.create(withGateway.httpUrl() + "/functions/deployments/" + name + "/adopt"))
            .POST(BodyPublishers.noBody())
            .build());
  }
}
