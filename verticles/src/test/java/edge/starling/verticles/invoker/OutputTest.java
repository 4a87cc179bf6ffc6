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
}
