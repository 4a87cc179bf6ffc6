package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.config.ProcessConfig;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function's own virtual environment, built by the real pip from a package in its folder. */
class PythonRequirementsTest {
  private static final String WHEEL = "tiny-1.0-py3-none-any.whl";
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

  private void writeWheel() throws IOException {
    String info = "tiny-1.0.dist-info/";
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve(WHEEL)))) {
      add(zip, "tiny.py", "def greet(name):\n    return 'hello ' + name\n");
      add(zip, info + "METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n");
      add(
          zip,
          info + "WHEEL",
          "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
      add(
          zip,
          info + "RECORD",
          "tiny.py,,\n%1$sMETADATA,,\n%1$sWHEEL,,\n%1$sRECORD,,\n".formatted(info));
    }
  }

  private static void add(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content.getBytes(UTF_8));
    zip.closeEntry();
  }

  @Test
  void installsTheRequirementsOnceForEachContent() throws IOException {
    writeWheel();
    fixture.requirements("--no-index\n./" + WHEEL + "\n", "aa");
    assertThat(fixture.answer(fixture.python(HANDLER), "you")).isEqualTo("hello you");

    Path trace = Files.createFile(environment().resolve("trace"));
    assertThat(fixture.answer(fixture.python(HANDLER), "again")).isEqualTo("hello again");
    assertThat(trace).exists();

    fixture.requirements("--no-index\n./" + WHEEL + "\n# more\n", "bb");
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
