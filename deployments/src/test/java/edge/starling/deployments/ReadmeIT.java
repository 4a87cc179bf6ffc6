package edge.starling.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's commands for a running demo, run as they stand there but for the ports. */
class ReadmeIT {
  private static TestCluster cluster;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    cluster = TestCluster.of(3);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void aFunctionOfOnesOwnAnswersThroughAnotherNode() throws Exception {
    assertThat(run(demoBlocks().get(0))).contains("desserts\n").contains("reverse");
  }

  @Test
  void theSameWorksOverHttpAlone() throws Exception {
    assertThat(run(demoBlocks().get(1)))
        .startsWith("{\"name\":\"shout\"")
        .contains("\nhello\n")
        .contains("\"providers\":[\"n0\",\"n1\"]");
  }

  @Test
  void settingsChangeWhileTheNodesRun() throws Exception {
    assertThat(run(demoBlocks().get(5)))
        .startsWith("SETTING")
        .containsPattern("routing.policy +local-first +yes")
        .contains("\nchanged on n0, n1, n2\n")
        .containsPattern("\n\\{\"settings\":.*\"policy\":\"round-robin\".*\n")
        .endsWith("\"nodes\":[\"n0\",\"n1\",\"n2\"]}\n");
  }

  @Test
  void clientsOfOpenFaasAreServed() throws Exception {
    assertThat(cluster.deploy(0, "echo", TestCluster.ECHO).statusCode()).isEqualTo(201);
    assertThat(run(demoBlocks().get(3)))
        .startsWith("{\"name\":\"hi\",\"image\":\"echo\"")
        .contains("\"replicas\":2")
        .endsWith("}\nhello\n");
  }

  private static List<String> demoBlocks() throws IOException {
    return Readme.demoBlocks(Path.of(".."));
  }

  private String run(String block) throws Exception {
    Files.createSymbolicLink(folder.resolve("deployments"), Path.of("").toAbsolutePath());
    String commands = block;
    for (int i = 0; i < 3; i++) {
      commands = commands.replace("http://127.0.0.1:808" + i, cluster.node(i).httpUrl());
    }
    Process shell =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    assertThat(shell.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(shell.exitValue()).as(Files.readString(folder.resolve("err"))).isZero();
    return Files.readString(folder.resolve("out"));
  }
}
