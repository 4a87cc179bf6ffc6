package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartParserTest {
  private static final String DISPOSITION = "Content-Disposition: form-data; name=\"a\"";

  private static final String FORM =
      "preamble\r\n--b \t\r\n"
          + DISPOSITION
          + "\r\n\r\n1\r\n--2-\r\r\n\r\n-\r\n--b\r\n"
          + "content-type: text/plain; charset=ISO-8859-1\r\n"
          + "Content-Disposition: form-data; filename=\"x;\\\"y\\\".py\"; name=handler\r\n\r\n"
          + "\r\n--b--\r\nepilogue";

  private static List<String> parts(String form, int pieceLength) {
    List<String> told = new ArrayList<>();
    StringBuilder content = new StringBuilder();
    MultipartParser parser =
        new MultipartParser(
            "b",
            new MultipartParser.Parts() {
              @Override
              public void begin(PartHead head) {
                told.add(head.name() + " " + head.fileName() + " " + head.charset());
              }

              @Override
              public void content(byte[] bytes, int from, int count) {
                content.append(new String(bytes, from, count, StandardCharsets.ISO_8859_1));
              }

              @Override
              public void end() {
                told.add(content.toString());
                content.setLength(0);
              }
            });
    byte[] bytes = form.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < bytes.length; i += pieceLength) {
      parser.feed(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + pieceLength)));
    }
    parser.finish();
    return told;
  }

  @Test
  void findsThePartsHoweverTheirBytesCome() {
    for (int pieceLength = 1; pieceLength <= FORM.length(); pieceLength++) {
      assertThat(parts(FORM, pieceLength))
          .containsExactly(
              "a null UTF-8", "1\r\n--2-\r\r\n\r\n-", "handler x;\"y\".py ISO-8859-1", "");
    }
  }

  @Test
  void everyFormThatIsCutOffIsRefused() {
    for (int length = 0; length < FORM.indexOf("--b--") + 5; length++) {
      String cut = FORM.substring(0, length);
      assertThatThrownBy(() -> parts(cut, 7))
          .isInstanceOf(Unacceptable.class)
          .hasMessageContaining("cut off");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--b\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--b--"
      })
  void aPartWithoutANameIsRefused(String form) {
    assertThatThrownBy(() -> parts(form, 100))
        .isInstanceOf(Unacceptable.class)
        .hasMessageContaining("Content-Disposition: form-data; name");
  }

  @ParameterizedTest
  @CsvSource({
    "'; filename*=x', filename*",
    "'; filename*=UTF-8''''%zz', filename*",
    "'\r\nContent-Type: text/plain; charset=nope', nope",
    "'\r\nContent-Type: text/plain; charset=\"\"', charset",
    "'\r\nContent-Transfer-Encoding: base64', base64"
  })
  void aHeadThatCannotBeReadIsRefusedAndNamed(String more, String named) {
    assertThatThrownBy(() -> parts("--b\r\n" + DISPOSITION + more + "\r\n\r\nx\r\n--b--", 100))
        .isInstanceOf(Unacceptable.class)
        .hasMessageContainingAll("\"a\"", named);
  }

  @Test
  void readsFileNamesThatAreNotAscii() {
    assertThat(
            parts(
                "--b\r\n" + DISPOSITION + "; filename*=utf-8''%C3%A4+b.py\r\n\r\nx\r\n--b--", 100))
        .containsExactly("a ä+b.py UTF-8", "x");
  }

  @Test
  void headsAndBoundariesHaveTheirLimits() {
    String longHead = "--b\r\n" + DISPOSITION + "\r\nX: " + "x".repeat(9_000);
    assertThatThrownBy(() -> parts(longHead, 100))
        .isInstanceOf(Unacceptable.class)
        .hasMessageContaining("8192");
    for (String after : new String[] {"x", "-x", " --", " ".repeat(300)}) {
      assertThatThrownBy(() -> parts("--b" + after + "\r\n\r\n", 100))
          .isInstanceOf(Unacceptable.class)
          .hasMessageContaining("CRLF");
    }
  }
}
