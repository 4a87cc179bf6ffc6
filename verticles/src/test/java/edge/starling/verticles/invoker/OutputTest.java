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
    TailOutput tail = new TailOutput();
    assertThat(tail.text()).isEmpty();
    tail.write('a');
    tail.write("bc".getBytes(UTF_8));
    assertThat(tail.text()).isEqualTo("abc");

    String long7000 = "0123456".repeat(1000);
    tail.write(long7000.getBytes(UTF_8));

    assertThat(tail.text()).isEqualTo("…" + long7000.substring(7000 - Tail.LIMIT));
  }
}
