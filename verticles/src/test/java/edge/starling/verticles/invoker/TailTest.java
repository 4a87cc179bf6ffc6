package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;

class TailTest {
  private static String tail(String text) {
    Tail tail = new Tail();
    tail.drain(new ByteArrayInputStream(text.getBytes(UTF_8)));
    return tail.text();
  }

  @Test
  void keepsAllOfAShortText() {
    assertThat(tail("\n one\ntwo\n")).isEqualTo("one\ntwo");
    assertThat(tail("")).isEmpty();
  }

  @Test
  void keepsTheEndOfALongText() {
    String end = "x".repeat(Tail.LIMIT - 3) + "end";

    assertThat(tail(end)).isEqualTo(end);
    assertThat(tail("start" + end)).isEqualTo("…" + end);
    assertThat(tail("y".repeat(3 * Tail.LIMIT + 7) + end)).isEqualTo("…" + end);
  }
}
