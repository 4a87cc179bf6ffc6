package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.config.ProcessConfig;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function's own virtual environment, built by the real pip from a package in its folder. */
class PythonRequirementsTest {
  private static final String HANDLER =
      "import tiny\ndef handle(req):\n    return tiny.greet(req)\n";

  @TempDir private Path folder;
  private ProcessFixture fixture;

  @BeforeEach
  void open() {
    fixture = new ProcessFixture(folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Path environment() {
    return folder.resolve(".starling").resolve("venv");
  }

  @Test
  void installsTheRequirementsOnceForEachContent() throws IOException {
    Wheel.write(folder);
    fixture.requirements(Wheel.REQUIREMENTS, "aa");
    assertThat(fixture.answer(fixture.python(HANDLER), "you")).isEqualTo("hello you");

    Path trace = Files.createFile(environment().resolve("trace"));
    assertThat(fixture.answer(fixture.python(HANDLER), "again")).isEqualTo("hello again");
    assertThat(trace).exists();

    fixture.requirements(Wheel.REQUIREMENTS + "# more\n", "bb");
    assertThat(fixture.answer(fixture.python(HANDLER), "you")).isEqualTo("hello you");
    assertThat(trace).doesNotExist();
  }

  @Test
  void isUnfitWithTheEndOfPipsOutputAndLeavesNothingHalfBuilt() {
    fixture.requirements("--no-index\nno-such-package-here\n", "aa");

    assertThatThrownBy(() -> fixture.python(HANDLER))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("\"python -m pip\" ended with exit code 1")
        .hasMessageContaining("No matching distribution found for no-such-package-here");
    assertThat(environment()).doesNotExist();
  }

  @Test
  void isUnfitWhenTheInstallationTakesTooLong() {
    fixture.close();
    fixture =
        new ProcessFixture(
            folder,
            new ProcessConfig(
                "python3",
                1,
                Duration.ofSeconds(20),
                Duration.ofMillis(100),
                Duration.ofSeconds(1)));
    fixture.requirements("--no-index\n", "aa");

    assertThatThrownBy(() -> fixture.python(HANDLER))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("process.install-timeout (100 ms)");
    assertThat(environment()).doesNotExist();
  }
}
