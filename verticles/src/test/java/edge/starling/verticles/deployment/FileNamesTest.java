package edge.starling.verticles.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import org.junit.jupiter.api.Test;

class FileNamesTest {
  @Test
  void keepsPlainNames() {
    assertThat(FileNames.clean("handler_2.py")).isEqualTo("handler_2.py");
  }

  @Test
  void keepsOnlyTheLastElement() {
    assertThat(FileNames.clean("../../etc/passwd")).isEqualTo("passwd");
    assertThat(FileNames.clean("C:\\functions\\fn.wasm")).isEqualTo("fn.wasm");
  }

  @Test
  void replacesWhatIsNotSafe() {
    assertThat(FileNames.clean("a b;\0$é.py")).isEqualTo("a_b____.py");
  }

  @Test
  void neverBeginsWithADot() {
    assertThat(FileNames.clean(".function.cbor")).isEqualTo("function.cbor");
    assertThat(FileNames.clean("..")).isEqualTo("handler");
    assertThat(FileNames.clean("a".repeat(30) + "." + "b".repeat(127))).isEqualTo("b".repeat(127));
  }

  @Test
  void givesTheNamelessAName() {
    assertThat(FileNames.clean("")).isEqualTo("handler");
    assertThat(FileNames.clean("folder/")).isEqualTo("handler");
  }

  @Test
  void keepsTheEndOfLongNames() {
    assertThat(FileNames.clean("x".repeat(300) + ".py")).hasSize(128).endsWith("x.py");
  }

  @Test
  void knowsItsOwnFolders() {
    FunctionName name = FunctionName.parse("hello.space");
    String hash = "0f1e2d3c4b5a".repeat(5) + "0000";

    assertThat(FileNames.function(FileNames.folderOf(name))).contains(name);
    assertThat(FileNames.isVersion(FileNames.folderOf(new FunctionVersion(7, hash)))).isTrue();
  }

  @Test
  void knowsForeignFolders() {
    assertThat(FileNames.function("hello")).isEmpty();
    assertThat(FileNames.function("Hello.World")).isEmpty();
    assertThat(FileNames.function("lost+found")).isEmpty();
    assertThat(FileNames.isVersion("notes")).isFalse();
    assertThat(FileNames.isVersion("1-xyz")).isFalse();
  }
}
