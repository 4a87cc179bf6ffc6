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
    cluster.deploy(0, "echo", TestCluster.ECHO);
    cluster.deploy(1, "sha256", TestCluster.SHA256);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void aFunctionOfOnesOwnAnswersThroughAnotherNode() throws Exception {
    assertThat(run(demoBlock("reverse.py"))).contains("desserts\n").contains("reverse");
  }

  @Test
  void theSameWorksOverHttpAlone() throws Exception {
    assertThat(run(demoBlock("shout")))
        .startsWith("{\"name\":\"shout\"")
        .contains("\nhello\n")
        .contains("\"providers\":[\"n0\",\"n1\"]");
  }

  @Test
  void aManycallAnswersInOrder() throws Exception {
    assertThat(run(demoBlock("manycall")))
        .startsWith("{\"responses\":[\"one\",{\"n\":2},3]}\n")
        .contains("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
  }

  @Test
  void aNodeLeavesTheWorkAndComesBack() throws Exception {
    assertThat(run(demoBlock("cordon"))).contains("cordoned").endsWith("active\n");
  }

  @Test
  void aRushSpillsToTheNeighbours() throws Exception {
    assertThat(run(demoBlock("slack-proportional")))
        .containsPattern("\n +\\d+ 200 n0\n +\\d+ 200 n1\n +\\d+ 200 n2\n")
        .doesNotContain(" 503 ");
  }

  @Test
  void settingsChangeWhileTheNodesRun() throws Exception {
    assertThat(run(demoBlock("policy=round-robin")))
        .startsWith("SETTING")
        .containsPattern("routing.policy +local-first +yes")
        .contains("\nchanged on n0, n1, n2\n")
        .containsPattern("\n\\{\"settings\":.*\"policy\":\"round-robin\".*\n")
        .endsWith("\"nodes\":[\"n0\",\"n1\",\"n2\"]}\n");
  }

  @Test
  void clientsOfOpenFaasAreServed() throws Exception {
    assertThat(run(demoBlock("/system/functions")))
        .startsWith("{\"name\":\"hi\",\"image\":\"echo\"")
        .contains("\"replicas\":2")
        .endsWith("}\nhello\n");
  }

  @Test
  void aLogIsReadThroughAnyNode() throws Exception {
    assertThat(run(demoBlock("chatty.py")))
        .containsPattern("\n20\\S+Z n1 \\[starling] version 1-\\S+ is ready\n")
        .containsPattern("\n20\\S+Z n1 got 5 characters\n")
        .containsPattern("\n\\{\"name\":\"chatty\",.*\"text\":\"got 5 characters\"}\n");
  }

  /** The one that has this text. */
  private static String demoBlock(String text) throws IOException {
    List<String> found =
        Readme.demoBlocks(Path.of("..")).stream().filter(block -> block.contains(text)).toList();
    assertThat(found).as("blocks with %s", text).hasSize(1);
    return found.get(0);
  }

  @Test
  void everyBlockIsRun() throws IOException {
    assertThat(Readme.demoBlocks(Path.of(".."))).hasSize(8);
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
