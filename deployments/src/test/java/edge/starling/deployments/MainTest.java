package edge.starling.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"node", "demo", "deploy", "invoke", "list", "describe", "remove", "nodes"})
  void everyCommandExplainsItselfWithAnExampleAndItsExitCodes(String command) {
    Ran ran = Ran.starling(command, "--help");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("Example: starling " + command, "Exit codes:", "--stacktrace");
    assertThat(ran.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(Ran.starling("help", command).out()).isEqualTo(ran.out());
  }

  @Test
  void withoutACommandItIsUsedWrongly() {
    Ran ran = Ran.starling();

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("starling --help");
  }

  @Test
  void suggestsWhatMayHaveBeenMeant() {
    Ran ran = Ran.starling("deplyo");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("deploy");
  }

  @Test
  void tellsItsVersion() {
    assertThat(Ran.starling("--version").out()).startsWith("starling ").contains("Java ");
  }

  @Test
  void generatesCompletionForShells() {
    assertThat(Ran.starling("generate-completion").out())
        .contains("complete -F", "--memory-mb", "describe");
  }

  @Test
  void aWrongSettingIsToldWithTheKey() {
    Ran ran = Ran.starling("node", "--set", "http.prot=1", "--http-port", "none");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("http.prot", "http.port").hasLineCount(2);
  }

  @Test
  void aMissingConfigurationFileIsAWrongSetting() {
    Ran ran = Ran.starling("node", "--config", folder.resolve("none.yaml").toString());

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("none.yaml");
  }

  @Test
  void aTakenPortEndsTheNodeWithOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());

      Ran ran =
          Ran.starling(
              "node",
              "--http-port=" + port,
              "--cluster-port=0",
              "--data=" + folder.resolve("data"));

      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains(port).hasLineCount(1);
      assertThat(ran.out()).isEmpty();
    }
  }

  @Test
  void whereAFailureComesFromIsShownOnlyWhenAsked() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "--url=http://127.0.0.1:" + free.getLocalPort();
      free.close();

      assertThat(Ran.starling("list", url).err()).doesNotContain("Exception");
      assertThat(Ran.starling("list", url, "--stacktrace").err())
          .contains("ConnectException", "at edge.starling");
    }
  }

  @Test
  void theDemoSaysWhichPortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      Ran ran = Ran.starling("demo", "--exit", "--nodes=1", "--port=" + port);

      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains("port " + port + " is taken", "--port").hasLineCount(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--nodes=0", "--nodes=17", "--port=-1", "--port=65534", "--port=x"})
  void theDemoRefusesWhatItCannotRun(String option) {
    assertThat(Ran.starling("demo", "--exit", option).exitCode()).isEqualTo(2);
  }

  @Test
  void everySampleOfTheTourIsInTheJar() throws IOException {
    Samples samples = new Samples(folder);

    assertThat(samples.bytes("echo/echo.wasm")).startsWith(0, 'a', 's', 'm');
    assertThat(samples.file("sha256/sha256.wasm")).exists();
    assertThat(samples.file("thumbnail/thumbnail.wasm")).exists();
    assertThat(Files.readString(samples.file("wordcount/wordcount.py"))).contains("def handle(");
    assertThat(PngSize.of(samples.bytes("thumbnail/sample.png"))).isEqualTo(new PngSize(640, 400));
  }
}
