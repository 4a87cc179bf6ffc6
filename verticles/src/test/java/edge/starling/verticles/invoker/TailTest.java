package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TailTest {
  private static String tail(String text) {
    Tail tail = new Tail(FunctionLog.NOWHERE);
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

  @Test
  void handsAllOnToTheLog() {
    List<String> lines = new ArrayList<>();
    Tail tail = new Tail((text, leftOut) -> lines.add(text));

    tail.drain(new ByteArrayInputStream(("x\n".repeat(3 * Tail.LIMIT) + "end").getBytes(UTF_8)));

    assertThat(lines).hasSize(3 * Tail.LIMIT + 1).endsWith("x", "end");
  }

  @Test
  void keepsTheEndOfWhatIsWrittenInPieces() throws IOException {
    Tail tail = new Tail(FunctionLog.NOWHERE);
    tail.write('a');
    tail.write("bc".getBytes(UTF_8));
    assertThat(tail.text()).isEqualTo("abc");

    String long7000 = "0123456".repeat(1000);
    tail.write(long7000.getBytes(UTF_8));
    assertThat(tail.text()).isEqualTo("…" + long7000.substring(7000 - Tail.LIMIT));

    tail.write("end".getBytes(UTF_8));
    assertThat(tail.text()).isEqualTo("…" + long7000.substring(7003 - Tail.LIMIT) + "end");
  }
}
