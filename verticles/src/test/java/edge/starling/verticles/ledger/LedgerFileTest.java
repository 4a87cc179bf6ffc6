package edge.starling.verticles.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.LedgerMessage.Kind;
import edge.starling.codecs.messages.LedgerMessage.Line;
import edge.starling.codecs.messages.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerFileTest {
  private static final Line SECRET =
      new Line(
          Kind.SECRET,
          "api-key.openfaas-fn",
          1,
          new NodeId("a", 1),
          Instant.EPOCH,
          false,
          Bytes.utf8("abc123-not-to-be-found"));

  @TempDir private Path folder;

  @Test
  void comesBackAndIsNotToBeReadOnTheDisk() throws IOException {
    LedgerFile file = new LedgerFile(folder);
    assertThat(file.load()).isEmpty();
    file.save(List.of(SECRET));

    assertThat(new LedgerFile(folder).load()).containsExactly(SECRET);
    for (String name : List.of("ledger", "ledger.key")) {
      Path path = folder.resolve(name);
      assertThat(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1))
          .doesNotContain("abc123")
          .doesNotContain("api-key");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void eachNodeHasAKeyOfItsOwn() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    new LedgerFile(folder).save(List.of(SECRET));
    new LedgerFile(other).save(List.of(SECRET));

    assertThat(Files.readAllBytes(folder.resolve("ledger.key")))
        .isNotEqualTo(Files.readAllBytes(other.resolve("ledger.key")));
    Files.copy(
        folder.resolve("ledger"), other.resolve("ledger"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(new LedgerFile(other).load()).isEmpty();
  }

  @Test
  void whatWasTamperedWithIsSetAside() throws IOException {
    LedgerFile file = new LedgerFile(folder);
    file.save(List.of(SECRET));
    byte[] stored = Files.readAllBytes(folder.resolve("ledger"));
    stored[stored.length / 2] ^= 1;
    Files.write(folder.resolve("ledger"), stored);

    assertThat(file.load()).isEmpty();
    assertThat(folder.resolve("ledger.damaged")).exists();
    assertThat(folder.resolve("ledger")).doesNotExist();
  }
}
