package edge.starling.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.deployments.client.Streams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the README says, held against what there is. */
class DocsTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void continuousIntegrationRunsTheReadmesTestCommand() throws IOException {
    String test = Readme.blocks(ROOT).get(0).strip();

    assertThat(test).startsWith("mvn ");
    assertThat(Files.readAllLines(ROOT.resolve(".ci/run"))).contains(test);
  }

  @Test
  void everyCommandLineOfTheReadmeIsUnderstood() throws IOException {
    List<String[]> commands = Readme.commandLines(ROOT);

    assertThat(commands).isNotEmpty();
    for (String[] arguments : commands) {
      CommandLine.ParseResult parsed =
          Main.commandLine(Streams.ofProcess(false)).parseArgs(arguments);
      assertThat(parsed.subcommand()).as(String.join(" ", arguments)).isNotNull();
    }
  }

  @Test
  void theFilesThatTheReadmeNamesAreThere() throws IOException {
    assertThat(Readme.links(ROOT))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
  }
}
