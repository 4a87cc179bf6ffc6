package edge.starling.loadtest.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import edge.starling.loadtest.Main;
import edge.starling.loadtest.driver.Call;
import edge.starling.loadtest.driver.LoadDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {
  @Test
  void theBareServerAnswersUntilItIsClosed(@TempDir Path folder) throws Exception {
    ServerProcess bare =
        BareServer.start(
            Main.class.getName(), folder, BareServer.Kind.SINK, null, List.of("-Xmx64m"));
    try (bare;
        var driver = new LoadDriver(1, Duration.ofSeconds(5));
        var caller = driver.connect(Call.post(bare.url("/"), new byte[200], new byte[0]))) {
      assertThat(caller.call()).isPositive();
      assertThat(bare.cpu()).isPositive();
    }
    assertThat(bare.isAlive()).isFalse();
    assertThat(bare.lastWordsIfDead()).isEmpty();
  }

  @Test
  void showsTheLogOfAServerThatDoesNotStart(@TempDir Path folder) throws Exception {
    List<String> nonsense = List.of("no.such.Class");
    try (var server = ServerProcess.start("broken", 1, List.of(), nonsense, folder)) {
      assertThatThrownBy(server::awaitReady)
          .isInstanceOf(ServerFailed.class)
          .hasMessageContaining("broken ended with status 1")
          .hasMessageContaining("no.such.Class");
      assertThat(server.lastWordsIfDead()).isEmpty();
    }
  }

  @Test
  void showsTheLogOfAServerThatDiesLater(@TempDir Path folder) throws Exception {
    try (var server = ServerProcess.start("mortal", 1, List.of(), List.of("Nothing"), folder)) {
      await().until(() -> !server.isAlive());

      assertThat(server.lastWordsIfDead()).get().asString().contains("mortal ended", "Nothing");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aStoppedServerAnswersOnlyWhenItGoesOn(@TempDir Path folder) throws Exception {
    ServerProcess bare =
        BareServer.start(
            Main.class.getName(), folder, BareServer.Kind.SINK, null, List.of("-Xmx64m"));
    try (bare;
        var driver = new LoadDriver(1, Duration.ofSeconds(5));
        var caller = driver.connect(Call.post(bare.url("/"), new byte[200], new byte[0]))) {
      bare.suspend();
      await().until(() -> stateOf(bare).equals("T"));

      bare.resume();
      assertThat(caller.call()).isPositive();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void endsAServerThatIsStopped(@TempDir Path folder) throws Exception {
    ServerProcess bare =
        BareServer.start(
            Main.class.getName(), folder, BareServer.Kind.SINK, null, List.of("-Xmx64m"));
    bare.suspend();

    bare.close();

    assertThat(bare.isAlive()).isFalse();
  }

  @Test
  void aServerThatWasKilledHasNoLastWords(@TempDir Path folder) throws Exception {
    try (ServerProcess bare =
        BareServer.start(
            Main.class.getName(), folder, BareServer.Kind.SINK, null, List.of("-Xmx64m"))) {
      bare.kill();

      assertThat(bare.isAlive()).isFalse();
      assertThat(bare.lastWordsIfDead()).isEmpty();
    }
  }

  /** The third field of its line, after its name in parentheses. */
  private static String stateOf(ServerProcess server) throws IOException {
    String line = Files.readString(Path.of("/proc/" + server.pid() + "/stat"));
    return line.substring(line.lastIndexOf(')') + 2).split(" ", 2)[0];
  }

  @Test
  void portsAreDifferent() {
    assertThat(new HashSet<>(FreePorts.take(20))).hasSize(20);
  }
}
