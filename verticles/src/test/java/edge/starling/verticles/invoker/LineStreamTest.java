package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineStreamTest {
  private final List<String> lines = new ArrayList<>();
  private final List<Long> leftOut = new ArrayList<>();
  private final LineStream stream =
      new LineStream(
          (text, missing) -> {
            lines.add(text);
            leftOut.add(missing);
          });

  private void write(String text) throws IOException {
    stream.write(text.getBytes(UTF_8));
  }

  @Test
  void makesLinesOfWhatIsWrittenInPieces() throws IOException {
    write("one\ntw");
    write("o\r\n\nth");
    assertThat(lines).containsExactly("one", "two", "");
    write("ree");
    stream.write('\n');

    assertThat(lines).containsExactly("one", "two", "", "three");
    assertThat(leftOut).containsOnly(0L);
  }

  @Test
  void theLastLineNeedsNoEnd() throws IOException {
    write("one\ntwo");
    stream.close();
    stream.close();
    write("three\n");
    stream.close();

    assertThat(lines).containsExactly("one", "two", "three");
  }

  @Test
  void cutsALongLineAndTellsHowMuchIsMissing() throws IOException {
    write("x".repeat(LineStream.LIMIT + 5) + "\nshort\n");
    for (int i = 0; i < 3; i++) {
      write("y".repeat(LineStream.LIMIT));
    }
    stream.close();

    assertThat(lines)
        .containsExactly("x".repeat(LineStream.LIMIT), "short", "y".repeat(LineStream.LIMIT));
    assertThat(leftOut).containsExactly(5L, 0L, 2L * LineStream.LIMIT);
  }

  @Test
  void cutsNoCharacterInTwo() throws IOException {
    write("x".repeat(LineStream.LIMIT - 2) + "€€\n");

    assertThat(lines).containsExactly("x".repeat(LineStream.LIMIT - 2));
    assertThat(leftOut).containsExactly(6L);
  }

  @Test
  void howItIsWrittenMakesNoDifference() throws IOException {
    Random chance = new Random(7);
    for (int round = 0; round < 200; round++) {
      lines.clear();
      StringBuilder text = new StringBuilder();
      for (int i = chance.nextInt(400); i > 0; i--) {
        text.append(chance.nextInt(6) == 0 ? '\n' : (char) ('a' + chance.nextInt(26)));
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      for (int at = 0; at < bytes.length; ) {
        int count = 1 + chance.nextInt(bytes.length - at);
        stream.write(bytes, at, count);
        at += count;
      }
      stream.close();
      assertThat(lines).containsExactlyElementsOf(text.toString().lines().toList());
    }
  }
}
