package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class OutputTest {
  @Test
  void keepsAllUpToItsLimit() throws IOException {
    BoundedOutput output = new BoundedOutput(5000);
    String all = "abcde".repeat(1000);
    output.write(all.charAt(0));
    output.write(all.getBytes(UTF_8), 1, 700);
    output.write(all.getBytes(UTF_8), 701, 4299);

    assertThat(output.toByteArray()).asString().isEqualTo(all);
    assertThatThrownBy(() -> output.write('x'))
        .isInstanceOf(BoundedOutput.Exceeded.class)
        .hasMessageContaining("5000");
  }

  @Test
  void keepsTheTail() throws IOException {
    StringBuilder written = new StringBuilder();
    TailOutput tail = new TailOutput();
    assertThat(tail.text()).isEmpty();
    for (int i = 0; i < 3000; i++) {
      byte[] word = ("word" + i + ",").getBytes(UTF_8);
      tail.write(word);
      written.append("word").append(i).append(',');
      int from = Math.max(0, written.length() - TailOutput.KEPT);
      assertThat(tail.text()).isEqualTo(written.substring(from));
    }
    tail.write("\u00e4".repeat(TailOutput.KEPT).getBytes(UTF_8));
    assertThat(tail.text()).isEqualTo("\u00e4".repeat(TailOutput.KEPT / 2));
  }
}
