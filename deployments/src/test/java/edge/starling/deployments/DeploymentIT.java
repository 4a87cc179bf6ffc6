package edge.starling.deployments;

import static edge.starling.deployments.Http.header;
import static edge.starling.deployments.Http.json;
import static edge.starling.deployments.Http.text;
import static edge.starling.deployments.TestCluster.ECHO;
import static edge.starling.deployments.TestCluster.NOOP;
import static edge.starling.deployments.TestCluster.SHA256;
import static edge.starling.deployments.TestCluster.WORDCOUNT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deployment over a real cluster of three nodes. */
class DeploymentIT {
  @TempDir private static Path folder;
  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.of(3);
  }

  @AfterAll
  static void stop() {
    try (TestCluster idle = cluster) {
      idle.awaitIdle();
    }
  }

  @Test
  void servesAFunctionThroughAnyNodeWhereverItLives() {
    HttpResponse<byte[]> deployed = cluster.deploy(0, "anywhere", ECHO);

    assertThat(deployed.statusCode()).as(text(deployed)).isEqualTo(201);
    assertThat(header(deployed, "Location")).isEqualTo("/functions/anywhere");
    assertThat(providers(deployed)).containsExactly("n0");
    for (int node = 0; node < 3; node++) {
      HttpResponse<byte[]> answer = cluster.call(node, "anywhere", "hello");
      assertThat(text(answer)).isEqualTo("hello");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "X-Served-By")).isEqualTo("n0");
      assertThat(header(answer, "X-Hops")).isEqualTo(node == 0 ? "0" : "1");
    }
  }

  @Test
  void makesUpANameWhereNoneIsGiven() {
    HttpResponse<byte[]> deployed =
        cluster.send(
            Http.with(cluster.request(0, "/functions/deployments"), "POST", Http.form(NOOP)));

    assertThat(deployed.statusCode()).isEqualTo(201);
    assertThat(json(deployed).get("name").asText()).matches("fn-[0-9a-f-]{36}");
  }

  @Test
  void refusesATakenNameWhereverItIsTaken() {
    cluster.deploy(0, "taken", ECHO);

    HttpResponse<byte[]> again = cluster.deploy(2, "taken", SHA256);

    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(header(again, "Content-Type")).startsWith("application/problem+json");
  }

  @Test
  void addsANodeAsProviderWhenItPutsTheSameContent() {
    cluster.deploy(0, "shared", ECHO);

    HttpResponse<byte[]> put = cluster.put(1, "shared", ECHO);

    assertThat(put.statusCode()).as(text(put)).isEqualTo(201);
    assertThat(providers(put)).containsExactlyInAnyOrder("n0", "n1");
    assertThat(header(cluster.call(1, "shared", "x"), "X-Served-By")).isEqualTo("n1");
  }

  @Test
  void fetchesTheArtefactFromAProviderWhenThePutBringsNone() {
    cluster.deploy(0, "fetched", ECHO);

    HttpResponse<byte[]> put = cluster.put(2, "fetched", null);

    assertThat(put.statusCode()).as(text(put)).isEqualTo(201);
    assertThat(header(cluster.call(2, "fetched", "x"), "X-Served-By")).isEqualTo("n2");
    assertThat(cluster.put(2, "never-seen", null).statusCode()).isEqualTo(404);
  }

  @Test
  void nobodyButTheNodesUserMayReadWhatItKeeps() throws IOException {
    Path script = Files.writeString(folder.resolve("a.sh"), "#!/bin/sh\ncat\n");
    cluster.deploy(0, "kept", ECHO);
    cluster.put(1, "kept", null);
    assertThat(cluster.deploy(0, "kept-script", script, "runtime", "process").statusCode())
        .isEqualTo(201);
    for (int node = 0; node < 2; node++) {
      try (Stream<Path> kept = Files.walk(cluster.data(node))) {
        // what is being written takes the place of what is there at any moment
        assertThat(kept.filter(path -> !path.endsWith("catalogue.new")))
            .hasSizeGreaterThan(6)
            .allMatch(
                path -> {
                  String all = path.toFile().isDirectory() ? "rwx------" : "rw[-x]------";
                  return permissions(path).matches(all);
                });
      }
    }
  }

  private static String permissions(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void createsAFunctionByPut() {
    HttpResponse<byte[]> put = cluster.put(1, "by-put", ECHO);

    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(text(cluster.call(0, "by-put", "x"))).isEqualTo("x");
  }

  @Test
  void updatesEveryProviderWithoutAFailedCall() throws Exception {
    cluster.deploy(0, "updated", ECHO);
    cluster.put(1, "updated", null);
    try (Load load = Load.of(6, i -> cluster.call(i % 3, "updated", "x"))) {
      load.await(100);
      HttpResponse<byte[]> put = cluster.put(0, "updated", SHA256);
      load.await(100);

      assertThat(put.statusCode()).as(text(put)).isEqualTo(200);
      assertThat(json(put).has("withdrawn")).isFalse();
      assertThat(load.end())
          .allSatisfy(answer -> assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200));
    }
    for (int node = 0; node < 3; node++) {
      assertThat(text(cluster.call(node, "updated", ""))).startsWith("e3b0c44298fc1c14");
    }
  }

  @Test
  void keepsSettingsThatAnUpdateDoesNotName() {
    cluster.deploy(0, "settings", ECHO, "memory_mb", "20", "timeout_ms", "2000");

    cluster.put(0, "settings", SHA256, "timeout_ms", "3000");

    JsonNode description = json(cluster.get(1, "/functions/settings"));
    assertThat(description.get("memory_mb").asInt()).isEqualTo(20);
    assertThat(description.get("timeout_ms").asInt()).isEqualTo(3000);
  }

  @Test
  void removesTheFunctionWithItsLastCopy() {
    cluster.deploy(0, "removed", ECHO);
    cluster.put(1, "removed", null);

    assertThat(cluster.delete(2, "/functions/deployments/removed").statusCode()).isEqualTo(404);
    assertThat(cluster.delete(0, "/functions/deployments/removed").statusCode()).isEqualTo(204);
    assertThat(header(cluster.call(0, "removed", "x"), "X-Served-By")).isEqualTo("n1");
    assertThat(cluster.delete(1, "/functions/deployments/removed").statusCode()).isEqualTo(204);
    for (int node = 0; node < 3; node++) {
      assertThat(cluster.call(node, "removed", "x").statusCode()).isEqualTo(404);
    }
    assertThat(cluster.deploy(0, "removed", ECHO).statusCode()).isEqualTo(201);
  }

  @Test
  void removesAllCopiesAtOnce() {
    cluster.deploy(0, "everywhere", ECHO);
    cluster.put(1, "everywhere", null);

    assertThat(cluster.delete(2, "/functions/deployments/everywhere?everywhere=true").statusCode())
        .isEqualTo(204);

    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              for (int node = 0; node < 3; node++) {
                assertThat(cluster.call(node, "everywhere", "x").statusCode()).isEqualTo(404);
              }
            });
  }

  @Test
  void deploysManyFunctionsAtOnce() {
    List<CompletableFuture<HttpResponse<byte[]>>> deployments =
        IntStream.range(0, 12)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> cluster.deploy(i % 3, "many-" + i, i % 4 == 0 ? WORDCOUNT : ECHO)))
            .toList();

    assertThat(deployments)
        .allSatisfy(one -> assertThat(one.join().statusCode()).as(text(one.join())).isEqualTo(201));
    JsonNode listed = json(cluster.get(1, "/functions?prefix=many-&limit=100")).get("functions");
    assertThat(StreamSupport.stream(listed.spliterator(), false).map(f -> f.get("name").asText()))
        .hasSize(12);
    assertThat(text(cluster.call(2, "many-4", "a b a"))).contains("\"a\": 2");
  }

  @Test
  void letsExactlyOneOfTwoDeploymentsHaveAName() {
    CompletableFuture<HttpResponse<byte[]>> one =
        CompletableFuture.supplyAsync(() -> cluster.deploy(0, "rivals", ECHO));
    CompletableFuture<HttpResponse<byte[]>> other =
        CompletableFuture.supplyAsync(() -> cluster.deploy(1, "rivals", SHA256));

    assertThat(List.of(one.join().statusCode(), other.join().statusCode()))
        .containsExactlyInAnyOrder(201, 409);
  }

  @Test
  void anUploadThatBreaksOffLeavesNothingBehind() throws Exception {
    Path uploads = cluster.data(0).resolve("uploads");
    try (RawConnection connection = new RawConnection(cluster.node(0))) {
      connection.send(
          "--b\r\nContent-Disposition: form-data; name=\"handler\"; filename=\"f.py\"\r\n\r\n"
              + "x".repeat(100_000),
          "POST /functions/deployments HTTP/1.1",
          "Content-Type: multipart/form-data; boundary=b",
          "Content-Length: 1000000");
      TestCluster.eventually(() -> assertThat(uploads).isNotEmptyDirectory());
    }

    TestCluster.eventually(() -> assertThat(uploads).isEmptyDirectory());
  }

  @Test
  void twoUpdatesAtOnceEndWithOneVersionEverywhere() {
    for (int node = 0; node < 3; node++) {
      cluster.put(node, "twice", NOOP);
    }

    List<CompletableFuture<HttpResponse<byte[]>>> puts =
        List.of(ECHO, SHA256).stream()
            .map(
                content ->
                    CompletableFuture.supplyAsync(
                        () -> cluster.put(content == ECHO ? 0 : 1, "twice", content)))
            .toList();

    assertThat(puts).extracting(put -> put.join().statusCode()).contains(200).isSubsetOf(200, 409);
    TestCluster.eventually(
        () -> {
          String answer = text(cluster.call(0, "twice", "x"));
          for (int node = 1; node < 3; node++) {
            HttpResponse<byte[]> same = cluster.call(node, "twice", "x");
            assertThat(text(same)).isEqualTo(answer);
            assertThat(header(same, "X-Served-By")).isEqualTo("n" + node);
          }
        });
  }

  private static List<String> providers(HttpResponse<byte[]> answer) {
    return StreamSupport.stream(json(answer).get("providers").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }
}
