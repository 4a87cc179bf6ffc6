package edge.starling.loadtest.faults;

import static edge.starling.loadtest.faults.StartedNodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.loadtest.servers.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that are killed and start again on the same folder and ports, and one that must not. */
@EnabledOnOs(OS.LINUX)
class OutageIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path folder;

  private static StartedNodes nodes;

  @BeforeAll
  static void start() throws Exception {
    nodes = StartedNodes.of(3, folder);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @Test
  void aProviderThatWasDownServesOnlyWhatStandsNow() throws Exception {
    for (String function : List.of("changed", "removed")) {
      nodes.put(1, function, 1);
      nodes.provideToo(3, function);
      eventually(() -> nodes.assertServed(function, 1, "n1", "n3"));
    }
    nodes.node(3).server().kill();
    nodes.awaitMembers(2, 1, 2);
    nodes.put(1, "changed", 2);
    nodes.remove(1, "removed");

    try (Callers changed = Callers.of(nodes, "changed");
        Callers removed = Callers.of(nodes, "removed")) {
      nodes.node(3).restart();
      nodes.node(3).server().awaitReady();
      eventually(() -> nodes.assertServed("changed", 2, "n1", "n3"));
      eventually(() -> nodes.assertGone("removed"));

      assertThat(changed.end()).contains("200 v2 by n3").noneMatch(each -> each.contains("v1"));
      assertThat(removed.end()).isNotEmpty().noneMatch(each -> each.startsWith("200"));
    }
  }

  @Test
  void aNodeThatIsBackAtOnceIsOneNode() throws Exception {
    nodes.put(2, "quickly-back", 1);
    eventually(() -> nodes.assertServed("quickly-back", 1, "n2"));
    Map<String, Long> expected = nodes.incarnations(2);
    expected.merge("n2", 1L, Long::sum);

    nodes.node(2).server().kill();
    nodes.node(2).restart();
    nodes.node(2).server().awaitReady();

    eventually(() -> nodes.assertServed("quickly-back", 1, "n2"));
    for (int node = 1; node <= 3; node++) {
      int asked = node;
      eventually(() -> assertThat(nodes.incarnations(asked)).isEqualTo(expected));
    }
  }

  @Test
  void nodesThatAreAllKilledAtOnceComeBackWithWhatTheyHad() throws Exception {
    nodes.put(3, "only-there", 1);
    for (String function : List.of("on-two", "deleted")) {
      nodes.put(1, function, 1);
      nodes.provideToo(2, function);
    }
    nodes.put(1, "on-two", 2);
    nodes.remove(2, "deleted");
    eventually(() -> nodes.assertServed("on-two", 2, "n1", "n2"));
    eventually(() -> nodes.assertGone("deleted"));

    for (NodeProcess node : nodes.all()) {
      node.server().kill();
    }
    for (NodeProcess node : nodes.all()) {
      node.restart();
    }
    for (NodeProcess node : nodes.all()) {
      node.server().awaitReady();
    }

    nodes.awaitMembers(3, 1, 2, 3);
    eventually(() -> nodes.assertServed("only-there", 1, "n3"));
    eventually(() -> nodes.assertServed("on-two", 2, "n1", "n2"));
    eventually(() -> nodes.assertGone("deleted"));
  }

  @Test
  void aCloneOfADataFolderDoesNotStartAndDisturbsNobody() throws Exception {
    nodes.put(2, "original", 1);
    eventually(() -> nodes.assertServed("original", 1, "n2"));
    Map<String, Long> before = nodes.incarnations(1);
    Path clone = folder.resolve("clone");
    copy(nodes.data(2), clone);

    try (Callers callers = Callers.of(nodes, "original")) {
      assertThatThrownBy(() -> nodes.startStranger(List.of("name=n2", "data=" + clone)))
          .hasMessageContainingAll(
              "ended with status 1", "a live node with the name n2", "--data", "of its own");

      for (int node = 1; node <= 3; node++) {
        int asked = node;
        eventually(() -> assertThat(nodes.incarnations(asked)).isEqualTo(before));
      }
      eventually(() -> nodes.assertServed("original", 1, "n2"));
      assertThat(callers.end()).containsOnly("200 v1 by n2");
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }
}
