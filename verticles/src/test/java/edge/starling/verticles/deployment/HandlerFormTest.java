package edge.starling.verticles.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Description.Form;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HandlerFormTest {
  @Test
  void tellsWebAssemblyByItsFirstBytesWhateverItsName() {
    assertThat(form("fn.py", "\0asm")).isEqualTo(Form.WASM);
    assertThat(form("fn.wasm", "asm")).isEqualTo(Form.EXECUTABLE);
    assertThat(form("fn", "\0as")).isEqualTo(Form.EXECUTABLE);
  }

  @Test
  void tellsPythonByItsName() {
    assertThat(form("fn.py", "def ")).isEqualTo(Form.PYTHON);
    assertThat(form("FN.PY", "")).isEqualTo(Form.PYTHON);
    assertThat(form("python", "#!/u")).isEqualTo(Form.EXECUTABLE);
  }

  private static Form form(String name, String head) {
    return HandlerForm.of(name, head.getBytes(StandardCharsets.UTF_8));
  }
}
