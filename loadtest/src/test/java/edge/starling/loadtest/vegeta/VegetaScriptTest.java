package edge.starling.loadtest.vegeta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script, on a machine where nothing but the shell is installed. */
@DisabledOnOs(OS.WINDOWS)
class VegetaScriptTest {
  private static final Path SCRIPT = Path.of("vegeta/overload.sh").toAbsolutePath();

  private record Ending(int status, String output) {}

  @TempDir private Path path;

  @Test
  void withoutVegetaItSaysHowToGetIt() throws Exception {
    Ending ending = run();
    assertThat(ending.status()).isEqualTo(127);
    assertThat(ending.output())
        .contains("vegeta is not installed", "https://github.com/tsenart/vegeta", "loadtest.jar");
  }

  @Test
  void ratesAndTimesAreBounded() throws Exception {
    assertThat(run("overload.targets", "1001"))
        .isEqualTo(new Ending(2, "RATE must be a whole number from 1 to 1000, not \"1001\"\n"));
    assertThat(run("overload.targets", "50", "601").output()).contains("SECONDS must be");
    assertThat(run("overload.targets", "fast").status()).isEqualTo(2);
    assertThat(run("overload.targets", "0").status()).isEqualTo(2);
  }

  @Test
  void onlyThisMachineIsCalled() throws Exception {
    Path targets = path.resolve("far.targets");
    Files.writeString(targets, "GET http://192.0.2.1:8080/function/echo\n");
    assertThat(run(targets.toString()).output()).contains("only addresses of this machine");
  }

  @Test
  void aMissingFileIsTold() throws Exception {
    assertThat(run("none.targets")).isEqualTo(new Ending(2, "there is no file none.targets\n"));
  }

  @Test
  void vegetaGetsTheTargetsAndTheBounds() throws Exception {
    Path vegeta = path.resolve("vegeta");
    Files.writeString(
        vegeta,
        """
        #!/bin/sh
        if [ "$1" = report ]; then while read -r line; do echo "$line"; done; fi
        [ "$1" = attack ] && [ -f hello.txt ] && echo "$@"
        exit 0
        """);
    assertThat(vegeta.toFile().setExecutable(true)).isTrue();
    Ending ending = run("two-nodes.targets", "60", "20");
    assertThat(ending.status()).isZero();
    assertThat(ending.output())
        .contains("-targets " + SCRIPT.resolveSibling("two-nodes.targets"))
        .contains("-rate 60/1s -duration 20s");
  }

  private Ending run(String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("/bin/sh", SCRIPT.toString()));
    line.addAll(List.of(arguments));
    Path output = path.resolve("output");
    ProcessBuilder script =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
    script.environment().put("PATH", path.toString());
    Process process = script.start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return new Ending(process.exitValue(), Files.readString(output));
  }
}
