package edge.starling.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The documented starling.yaml and the code agree. */
class DocumentedFileTest {
  private static final Path FILE = Path.of("starling.yaml");

  private static List<Given> given() {
    Catalogue catalogue = new Catalogue(NodeConfig.class);
    Problems problems = new Problems(catalogue);
    List<Given> given = ConfigFile.read(FILE, catalogue, problems);
    problems.throwIfAny();
    return given;
  }

  @Test
  void givesExactlyTheDefaults() {
    assertThat(ConfigLoader.load(FILE, Map.of(), List.of()))
        .isEqualTo(ConfigLoader.load(null, Map.of(), List.of()));
  }

  @Test
  void showsEverySettingInTheOrderOfTheRecords() {
    assertThat(given())
        .extracting(Given::key)
        .containsExactlyElementsOf(ConfigLoader.settings().stream().map(Setting::key).toList());
  }

  @Test
  void writesEveryDefaultAsTheRecordsDo() {
    assertThat(given())
        .allSatisfy(
            given ->
                assertThat(given.written().toString())
                    .as(given.key())
                    .isEqualTo(given.entry().defaultText()));
  }

  @Test
  void explainsEverySettingInACommentAboveIt() throws IOException {
    List<String> lines = Files.readAllLines(FILE);
    assertThat(given())
        .allSatisfy(
            given -> {
              int line = Integer.parseInt(given.origin().replaceAll(".*:", ""));
              assertThat(lines.get(line - 2).strip()).as(given.key()).matches("# \\S.*");
            });
  }

  @Test
  void saysOfExactlyTheLiveSettingsThatTheyMayChangeWhileTheNodeRuns() throws IOException {
    List<String> lines = Files.readAllLines(FILE);
    assertThat(given())
        .allSatisfy(
            given ->
                assertThat(comment(lines, given).endsWith("May change while the node runs."))
                    .as(given.key())
                    .isEqualTo(given.entry().live()));
  }

  /** The comment above a setting, in one line. */
  private static String comment(List<String> lines, Given given) {
    int end = Integer.parseInt(given.origin().replaceAll(".*:", "")) - 1;
    int begin = end;
    while (lines.get(begin - 1).strip().startsWith("#")) {
      begin--;
    }
    return lines.subList(begin, end).stream()
        .map(line -> line.strip().substring(1).strip())
        .collect(Collectors.joining(" "));
  }

  @Test
  void explainsEverySection() throws IOException {
    List<String> lines = Files.readAllLines(FILE);
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).matches("\\s*[a-z-]+:")) {
        assertThat(lines.get(i - 1).strip()).as(lines.get(i)).matches("# \\S.*");
      }
    }
  }
}
