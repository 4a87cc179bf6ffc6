package edge.starling.deployments;

import static edge.starling.deployments.Http.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node says that cannot start beside the one that is there, and who it waits for. */
class StartIT {
  private static TestCluster cluster;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    // it is listed in join itself, which does not make it wait for a peer
    cluster = TestCluster.of(1, "cluster.alone-after=1h");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void nothingIsLeftOfTheStranger() {
    TestCluster.eventually(
        () -> assertThat(json(cluster.get(0, "/nodes")).get("nodes")).hasSize(1));
    try (Node stranger = cluster.startStranger("data=" + folder)) {
      assertThat(stranger.id().name()).isEqualTo("stranger");
    }
  }

  @Test
  void aNameIsTakenOnce() {
    assertRefused("name=n0", "data=" + folder.resolve("n0"))
        .hasMessageContainingAll("n0", cluster.node(0).httpUrl(), "--name");
  }

  @Test
  void aDataFolderIsTakenOnce() {
    assertRefused("data=" + cluster.data(0), "name=")
        .hasMessageContainingAll(cluster.data(0).toString(), "in use");
  }

  @Test
  void aDataFolderKeepsItsName() {
    try (Node stranger = cluster.startStranger("data=" + folder)) {
      assertThat(stranger.id().incarnation()).isEqualTo(1);
    }
    assertRefused("data=" + folder, "name=other").hasMessageContainingAll("stranger", "other");
  }

  @Test
  void aPortIsTakenOnce() throws IOException {
    int http = URI.create(cluster.node(0).httpUrl()).getPort();
    assertRefused("data=" + folder, "http.port=" + http)
        .hasMessageContainingAll("http.port", String.valueOf(http));
    assertRefused("data=" + folder, "cluster.port=" + cluster.clusterPort(0))
        .hasMessageContainingAll("cluster.port", String.valueOf(cluster.clusterPort(0)));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertRefused("data=" + folder, "cluster.bus-port=" + taken.getLocalPort())
          .hasMessageContainingAll("cluster.bus-port", String.valueOf(taken.getLocalPort()));
    }
  }

  @Test
  void aNodeWhosePeersAreNotThereWaitsForThem() throws IOException {
    int absent;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      absent = free.getLocalPort();
    }
    try (Node alone =
        cluster.startStranger(
            "data=" + folder,
            "cluster.name=other",
            "cluster.alone-after=1h",
            "cluster.join=127.0.0.1:" + absent)) {
      assertThat(alone.isReady()).isFalse();
    }
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(String... settings) {
    return assertThatThrownBy(() -> cluster.startStranger(settings).close())
        .isInstanceOf(StartFailure.class);
  }
}
