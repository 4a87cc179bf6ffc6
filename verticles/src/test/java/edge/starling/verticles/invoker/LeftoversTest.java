package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
  @TempDir private Path folder;
  private Process process;

  @BeforeEach
  void start() throws IOException {
    process = new ProcessBuilder("sleep", "60").start();
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  @Test
  void endsTheProcessThatIsNoted() {
    Leftovers.note(folder, process.pid());
    Leftovers.end(folder);

    assertThat(process.isAlive()).isFalse();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void leavesAnotherProcessWithThatNumberAlone() throws IOException {
    Files.writeString(folder.resolve("process"), process.pid() + " 12345");
    Leftovers.end(folder);

    assertThat(process.isAlive()).isTrue();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void isHarmlessWithoutANoteOrWithABrokenOne() throws IOException {
    Leftovers.end(folder.resolve("none"));
    Files.writeString(folder.resolve("process"), "x");
    Leftovers.end(folder);

    assertThat(process.isAlive()).isTrue();
  }
}
