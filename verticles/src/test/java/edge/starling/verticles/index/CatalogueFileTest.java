package edge.starling.verticles.index;

import static edge.starling.verticles.Sample.description;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.IndexMessage.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueFileTest {
  @TempDir private Path folder;

  @Test
  void comesBackAsItWas() throws IOException {
    Catalogue saved = catalogue("a", "b");
    new CatalogueFile(folder, saved).save();

    assertThat(loaded()).isEqualTo(saved.all()).hasSize(2);
  }

  @Test
  void isReplacedAsAWhole() throws IOException {
    new CatalogueFile(folder, catalogue("a", "b")).save();
    new CatalogueFile(folder, catalogue("c")).save();

    assertThat(loaded()).isEqualTo(catalogue("c").all());
    assertThat(folder).isDirectoryContaining("glob:**/catalogue");
    assertThat(folder).isDirectoryNotContaining("glob:**/catalogue.new");
  }

  @Test
  void whatWasHalfWrittenDoesNoHarm() throws IOException {
    new CatalogueFile(folder, catalogue("a")).save();
    Files.writeString(folder.resolve("catalogue.new"), "half");

    assertThat(loaded()).hasSize(1);
    new CatalogueFile(folder, catalogue("a", "b")).save();
    assertThat(loaded()).hasSize(2);
  }

  @Test
  void isEmptyWhereThereIsNone() throws IOException {
    assertThat(loaded()).isEmpty();
  }

  @Test
  void onlyThisUserMayReadIt() throws IOException {
    new CatalogueFile(folder, catalogue("a")).save();

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("catalogue"))))
        .isEqualTo("rw-------");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 11, 14, 40, -9, -1})
  void aFileThatIsCutOffIsSetAside(int length) throws IOException {
    byte[] whole = written();
    byte[] cut = Arrays.copyOf(whole, length < 0 ? whole.length + length : length);
    Files.write(folder.resolve("catalogue"), cut);

    assertThat(loaded()).isEmpty();
    assertThat(folder.resolve("catalogue.damaged")).hasBinaryContent(cut);
    assertThat(folder.resolve("catalogue")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 12, 13, 30, -1})
  void aFileWithAWrongByteIsSetAside(int position) throws IOException {
    byte[] wrong = written();
    int at = position < 0 ? wrong.length + position : position;
    wrong[at] ^= 0x55;
    Files.write(folder.resolve("catalogue"), wrong);

    assertThat(loaded()).isEmpty();
    assertThat(folder.resolve("catalogue.damaged")).hasBinaryContent(wrong);
  }

  private byte[] written() throws IOException {
    new CatalogueFile(folder, catalogue("a", "b", "c")).save();
    return Files.readAllBytes(folder.resolve("catalogue"));
  }

  private List<Entry> loaded() throws IOException {
    Catalogue catalogue = catalogue();
    new CatalogueFile(folder, catalogue).load();
    return catalogue.all();
  }

  private static Catalogue catalogue(String... functions) {
    Catalogue catalogue = new Catalogue(Clock.systemUTC(), Duration.ofDays(7), 100, entry -> {});
    for (String function : functions) {
      catalogue.learn(new Entry(description(function, 1), false, List.of()));
    }
    return catalogue;
  }
}
