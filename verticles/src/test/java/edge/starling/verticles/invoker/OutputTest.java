package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.codecs.bus.BytesInFlight;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class OutputTest {
  private final BytesInFlight held = new BytesInFlight(1 << 20);

  @Test
  void keepsAllUpToItsLimit() throws IOException {
    BoundedOutput output = new BoundedOutput(5000, held.open());
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
  void isCountedAsItGrows() {
    BoundedOutput output = new BoundedOutput(4 << 20, held.open());
    output.write(new byte[1 << 19], 0, 1 << 19);
    assertThat(held.held()).isEqualTo(1 << 19);

    assertThatThrownBy(() -> output.write(new byte[1 << 20], 0, 1 << 20))
        .isInstanceOf(BoundedOutput.Exceeded.class)
        .hasMessageContaining("http.bytes-in-flight");
    assertThat(held.held()).isEqualTo(1 << 19);
  }

  @Test
  void aSmallAnswerAlwaysFindsRoom() {
    BytesInFlight.Share others = held.open();
    others.add(held.limit());
    BoundedOutput output = new BoundedOutput(1 << 20, held.open());

    output.write(new byte[1000], 0, 1000);

    assertThat(output.toByteArray()).hasSize(1000);
  }
}
