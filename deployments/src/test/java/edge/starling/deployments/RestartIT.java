package edge.starling.deployments;

import static edge.starling.deployments.Http.header;
import static edge.starling.deployments.Http.json;
import static edge.starling.deployments.Http.problem;
import static edge.starling.deployments.Http.text;
import static edge.starling.deployments.Http.texts;
import static edge.starling.deployments.TestCluster.ECHO;
import static edge.starling.deployments.TestCluster.SHA256;
import static edge.starling.deployments.TestCluster.WORDCOUNT;
import static edge.starling.deployments.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nodes that go and come back with what they had. */
class RestartIT {
  private static final String OF_NOTHING = "e3b0c44298fc1c14";

  @Test
  void aNodeComesBackWithItsFunctionsInItsNextLife() {
    try (TestCluster cluster = TestCluster.of(2)) {
      cluster.deploy(1, "echo", ECHO);
      cluster.deploy(1, "wordcount", WORDCOUNT, "labels", "kind=sample");
      assertThat(incarnation(cluster, "n1")).isEqualTo(1);

      for (int life = 2; life <= 3; life++) {
        cluster.stop(1);
        cluster.restart(1);

        assertThat(incarnation(cluster, "n1")).isEqualTo(life);
        for (int node = 0; node < 2; node++) {
          HttpResponse<byte[]> answer = cluster.call(node, "echo", "x");
          assertThat(text(answer)).isEqualTo("x");
          assertThat(header(answer, "X-Served-By")).isEqualTo("n1");
          assertThat(text(cluster.call(node, "wordcount", "a b a"))).contains("\"a\": 2");
        }
        assertThat(providers(cluster, "wordcount")).containsExactly("n1");
      }
    }
  }

  @Test
  void aWholeClusterComesBack() {
    try (TestCluster cluster = TestCluster.of(3)) {
      for (int node = 0; node < 3; node++) {
        cluster.deploy(node, "only-on-" + node, ECHO);
        cluster.put(node, "on-all", SHA256);
      }

      for (int node = 0; node < 3; node++) {
        cluster.stop(node);
      }
      cluster.restart(2, 0, 1);

      for (int node = 0; node < 3; node++) {
        for (int provider = 0; provider < 3; provider++) {
          assertThat(text(cluster.call(node, "only-on-" + provider, "x"))).isEqualTo("x");
        }
        assertThat(text(cluster.call(node, "on-all", ""))).startsWith(OF_NOTHING);
      }
      assertThat(json(cluster.get(1, "/functions")).get("functions")).hasSize(4);
      assertThat(providers(cluster, "on-all")).containsExactly("n0", "n1", "n2");
    }
  }

  @Test
  void whatWasDeletedMeanwhileDoesNotComeBack() throws IOException {
    try (TestCluster cluster = TestCluster.of(2)) {
      cluster.deploy(1, "only-there", ECHO);
      cluster.deploy(0, "on-both", ECHO);
      cluster.put(1, "on-both", null);
      cluster.deploy(1, "kept", ECHO);
      cluster.stop(1);

      for (String name : List.of("only-there", "on-both")) {
        assertThat(
                cluster
                    .delete(0, "/functions/deployments/" + name + "?everywhere=true")
                    .statusCode())
            .isEqualTo(204);
      }
      cluster.restart(1);

      for (int node = 0; node < 2; node++) {
        problem(cluster.call(node, "only-there", "x"), 404, "unknown-function");
        problem(cluster.call(node, "on-both", "x"), 404, "unknown-function");
        assertThat(text(cluster.call(node, "kept", "x"))).isEqualTo("x");
      }
      eventually(() -> assertThat(filesOf(cluster.data(1), "echo.wasm")).isEqualTo(1));
      assertThat(cluster.deploy(1, "on-both", SHA256).statusCode()).isEqualTo(201);
    }
  }

  @Test
  void aLastCopyDeletedWhileAnotherIsDownIsDeletedThereToo() {
    try (TestCluster cluster = TestCluster.of(2)) {
      cluster.deploy(0, "on-both", ECHO);
      cluster.put(1, "on-both", null);
      cluster.stop(1);
      cluster.awaitReady(0);

      // of the copies that are there it is the last, so the function goes with it
      assertThat(cluster.delete(0, "/functions/deployments/on-both").statusCode()).isEqualTo(204);
      cluster.restart(1);

      problem(cluster.call(1, "on-both", "x"), 404, "unknown-function");
    }
  }

  @Test
  void whatOnlyAnAbsentNodeProvidesIsKnownAfterAllWereRestarted() {
    try (TestCluster cluster = TestCluster.of(3)) {
      cluster.deploy(0, "only-there", ECHO, "env", "KEY=value");
      cluster.deploy(1, "deleted", ECHO);
      cluster.delete(1, "/functions/deployments/deleted?everywhere=true");
      for (int node = 0; node < 3; node++) {
        cluster.stop(node);
      }

      cluster.restartOnly(1, 2);

      for (int node = 1; node < 3; node++) {
        problem(cluster.call(node, "only-there", "x"), 503, "no-provider");
        problem(cluster.call(node, "deleted", "x"), 404, "unknown-function");
        problem(cluster.deploy(node, "only-there", SHA256), 409, "taken");
        JsonNode listed = json(cluster.get(node, "/functions")).get("functions");
        assertThat(listed).hasSize(1);
        assertThat(listed.get(0).get("name").asText()).isEqualTo("only-there");
      }
      cluster.restart(0);
      for (int node = 0; node < 3; node++) {
        assertThat(text(cluster.call(node, "only-there", "x"))).isEqualTo("x");
      }
    }
  }

  @Test
  void whatWasDeletedDoesNotComeBackWithTheFirstNodeOfACluster() {
    try (TestCluster cluster = TestCluster.of(3)) {
      cluster.deploy(1, "deleted", ECHO);
      cluster.stop(1);
      cluster.awaitReady(0, 2);
      assertThat(cluster.delete(2, "/functions/deployments/deleted?everywhere=true").statusCode())
          .isEqualTo(204);
      cluster.stop(0);
      cluster.stop(2);

      cluster.restartOnly(1);
      cluster.restart(0, 2);

      eventually(
          () -> {
            for (int node = 0; node < 3; node++) {
              problem(cluster.call(node, "deleted", "x"), 404, "unknown-function");
            }
          });
      eventually(() -> assertThat(filesOf(cluster.data(1), "echo.wasm")).isZero());
    }
  }

  @Test
  void aNodeComesBackWithTheVersionOfNow() {
    try (TestCluster cluster = TestCluster.of(2)) {
      cluster.deploy(0, "changed", ECHO);
      cluster.put(1, "changed", null);
      cluster.stop(1);

      assertThat(cluster.put(0, "changed", SHA256).statusCode()).isEqualTo(200);
      cluster.restart(1);

      assertThat(providers(cluster, "changed")).containsExactly("n0", "n1");
      HttpResponse<byte[]> answer = cluster.call(1, "changed", "");
      assertThat(text(answer)).startsWith(OF_NOTHING);
      assertThat(header(answer, "X-Served-By")).isEqualTo("n1");
    }
  }

  @Test
  void theNewerVersionWinsWhoeverIsBackFirst() {
    try (TestCluster cluster = TestCluster.of(2)) {
      cluster.deploy(0, "changed", ECHO);
      cluster.put(1, "changed", null);
      cluster.stop(1);
      cluster.put(0, "changed", SHA256);
      cluster.stop(0);

      cluster.restart(1, 0);

      eventually(
          () -> {
            for (int node = 0; node < 2; node++) {
              HttpResponse<byte[]> answer = cluster.call(node, "changed", "");
              assertThat(text(answer)).startsWith(OF_NOTHING);
              assertThat(header(answer, "X-Served-By")).isEqualTo("n" + node);
            }
          });
      assertThat(providers(cluster, "changed")).containsExactly("n0", "n1");
    }
  }

  @Test
  void foreignFilesInTheDataFolderDoNoHarm() throws IOException {
    try (TestCluster cluster = TestCluster.of(1)) {
      cluster.deploy(0, "echo", ECHO);
      cluster.stop(0);
      Path data = cluster.data(0);
      for (String folder : List.of("lost+found", "functions/foreign", "uploads/foreign")) {
        Files.createDirectories(data.resolve(folder));
        Files.writeString(data.resolve(folder).resolve("file"), "foreign");
      }
      for (String file : List.of("README.txt", "functions/notes", "uploads/half")) {
        Files.writeString(data.resolve(file), "foreign");
      }

      cluster.restart(0);

      assertThat(text(cluster.call(0, "echo", "x"))).isEqualTo("x");
      assertThat(data.resolve("README.txt")).hasContent("foreign");
      assertThat(data.resolve("lost+found/file")).hasContent("foreign");
    }
  }

  private static long incarnation(TestCluster cluster, String name) {
    for (JsonNode node : json(cluster.get(0, "/nodes")).get("nodes")) {
      if (node.get("name").asText().equals(name)) {
        return node.get("incarnation").asLong();
      }
    }
    throw new AssertionError("there is no node " + name);
  }

  private static List<String> providers(TestCluster cluster, String function) {
    return texts(json(cluster.get(0, "/functions/" + function)).get("providers"));
  }

  private static long filesOf(Path folder, String name) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith(name)).count();
    } catch (IOException e) {
      return -1; // it changed meanwhile
    }
  }
}
