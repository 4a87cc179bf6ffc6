package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramFileTest {
  @TempDir private Path folder;

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("handler"), content);
  }

  private Path file(String content) throws IOException {
    return file(content.getBytes(StandardCharsets.UTF_8));
  }

  /** The header of an executable for a machine. */
  private static byte[] elf(int bits, int type, int machine) {
    byte[] header = new byte[bits == 64 ? 64 : 52];
    System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 0, 1, 1}, 0, header, 0, 7);
    header[4] = (byte) (bits / 32);
    header[16] = (byte) type;
    header[18] = (byte) machine;
    return header;
  }

  @ParameterizedTest
  @ValueSource(strings = {"#!/bin/sh\n", "#! /bin/sh -e\nx", "#!/bin/sh", "#!/usr/bin/env sh\n"})
  void aScriptNeedsItsInterpreter(String script) {
    assertThatCode(() -> ProgramFile.check(file(script))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "'#!/no/such/program\n', /no/such/program",
    "'#!/etc/passwd\n', /etc/passwd",
    "'#!/bin\n', /bin",
    "'#!sh\n', whole path",
    "'#!\n', whole path",
    "'#!', whole path",
    "'echo hello', neither",
    "'', neither"
  })
  void whatCannotRunIsUnfitAndSaysWhy(String content, String named) {
    assertThatThrownBy(() -> ProgramFile.check(file(content)))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining(named);
  }

  @Test
  void linesOfAnotherSystemAreNamed() {
    assertThatThrownBy(() -> ProgramFile.check(file("#!/bin/sh\r\necho\r\n")))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("CRLF");
  }

  @Test
  void whatJavaItselfRunsOnIsAProgram() {
    assertThatCode(() -> ProgramFile.check(Path.of("/proc/self/exe"))).doesNotThrowAnyException();
  }

  @Test
  void anElfHeaderIsWholeAndOfThisMachine() {
    ProgramFile.checkElf(elf(64, 2, 62), "amd64");
    ProgramFile.checkElf(elf(64, 3, 183), "aarch64");
    ProgramFile.checkElf(elf(64, 2, 9), "unheard-of");
    assertUnfit(elf(64, 2, 183), "amd64", "another machine");
    assertUnfit(elf(32, 2, 62), "amd64", "another machine");
    assertUnfit(elf(64, 1, 62), "amd64", "no executable");
    assertUnfit(Arrays.copyOf(elf(64, 2, 62), 4), "amd64", "not whole");
    assertUnfit(Arrays.copyOf(elf(64, 2, 62), 63), "amd64", "not whole");
  }

  private static void assertUnfit(byte[] head, String arch, String named) {
    assertThatThrownBy(() -> ProgramFile.checkElf(head, arch))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining(named);
  }
}
