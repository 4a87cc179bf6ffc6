package edge.starling.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.codecs.messages.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
  @TempDir private Path folder;

  private static NodeId take(Path data, String name) {
    try (Identity identity = Identity.take(data, name)) {
      return identity.node();
    }
  }

  private Path stored(byte[] content) throws IOException {
    return Files.write(folder.resolve("node.properties"), content);
  }

  @Test
  void eachStartIsTheNextIncarnationOfTheSameNode() {
    NodeId first = take(folder, "");
    assertThat(first.incarnation()).isEqualTo(1);
    assertThat(take(folder, "")).isEqualTo(new NodeId(first.name(), 2));
    assertThat(take(folder, first.name()).incarnation()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "0", "9223372036854775807", "9223372036854775808", "many", "", "1.5", "+1"})
  void anIncarnationThatIsNoneStopsTheStart(String incarnation) throws IOException {
    Path file =
        stored(("name=n1\nincarnation=" + incarnation + "\n").getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> take(folder, "n1"))
        .isInstanceOf(StartFailure.class)
        .hasMessageContainingAll(
            file.toString(), "incarnation=" + incarnation + ":", "1 to 9223372036854775806");
    assertThat(file).content().contains("incarnation=" + incarnation + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'', incarnation",
    "'name=n1', incarnation",
    "'incarnation=4', name",
    "'name=No_Name\nincarnation=4', No_Name",
    "'name=\\u12\nincarnation=4', KEY=VALUE"
  })
  void aDamagedFileStopsTheStartAndStays(String content, String named) throws IOException {
    Path file = stored(content.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> take(folder, ""))
        .isInstanceOf(StartFailure.class)
        .hasMessageContainingAll(file.toString(), named);
    assertThat(file).hasContent(content);
  }

  @Test
  void bytesThatAreNoTextStopTheStart() throws IOException {
    byte[] noise = {(byte) 0x8f, 0, (byte) 0xff, 17, 60};
    Path file = stored(noise);
    assertThatThrownBy(() -> take(folder, "n1"))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(file.toString());
    assertThat(file).hasBinaryContent(noise);
  }

  @Test
  void onlyTheNodesUserMayReadWhatItWrites() throws IOException {
    Path data = folder.resolve("data");
    take(data, "n1");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(data)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(2);
      for (Path file : all) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
  }
}
