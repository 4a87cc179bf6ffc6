package edge.starling.loadtest.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
  @Test
  void groupsTheLinesByTheirCalls(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("runs.log");
    Files.writeString(file, "a 1 /n1/a folder\nb 2 /n2\na 1 /n3\nbroken\n");

    var runs = Run.readAll(file);

    assertThat(runs).containsOnlyKeys("a", "b");
    assertThat(runs.get("a"))
        .containsExactly(new Run("a", "1", "/n1/a folder"), new Run("a", "1", "/n3"));
  }

  @Test
  void nothingRanWhereThereIsNoFile(@TempDir Path folder) throws Exception {
    assertThat(Run.readAll(folder.resolve("none"))).isEmpty();
  }
}
