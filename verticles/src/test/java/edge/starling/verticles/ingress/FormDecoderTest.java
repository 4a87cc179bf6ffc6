package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.verticles.ingress.DeploymentForm.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormDecoderTest {
  private static final String DISPOSITION = "Content-Disposition: form-data; name=\"a\"";
  private static final String TEXT = "1\r\n--2-\r\r\n\r\n-";
  private static final String BYTES = "\r\n-\n\n\r--\r\n\r\r\n--\u00ff\r";

  private static final String FORM =
      "--b\r\n"
          + DISPOSITION
          + "\r\n\r\n"
          + TEXT
          + "\r\n--b\r\n"
          + "content-type: text/x-python; charset=ISO-8859-1\r\n"
          + "Content-Disposition: form-data; filename=\"x;y.py\"; name=handler\r\n\r\n"
          + BYTES
          + "\r\n--b\r\nContent-Disposition: form-data; name=\"e\"; filename=\"e\"\r\n\r\n"
          + "\r\n--b--\r\nepilogue";

  /** What it is told. */
  private static final class Told implements FormDecoder.Parts {
    final List<String> parts = new ArrayList<>();

    @Override
    public void field(Field field) {
      parts.add(field.name() + ": " + field.value());
    }

    @Override
    public Consumer<byte[]> file(String name, String fileName) {
      int at = parts.size();
      parts.add(name + " " + fileName + ": ");
      return content ->
          parts.set(at, parts.get(at) + new String(content, StandardCharsets.ISO_8859_1));
    }
  }

  private static List<String> parts(String form, int pieceLength) {
    Told told = new Told();
    FormDecoder decoder = new FormDecoder("multipart/form-data; boundary=b", told);
    byte[] bytes = form.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < bytes.length; i += pieceLength) {
      decoder.feed(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + pieceLength)));
    }
    decoder.finish();
    return told.parts;
  }

  private static String part(String more, String content) {
    return "--b\r\n" + DISPOSITION + more + "\r\n\r\n" + content + "\r\n--b--";
  }

  private static void assertRefused(ThrowingCallable action, String words) {
    assertThatThrownBy(action).isInstanceOf(Unacceptable.class).hasMessageContaining(words);
  }

  @Test
  void findsThePartsHoweverTheirBytesCome() {
    for (int pieceLength = 1; pieceLength <= FORM.length(); pieceLength++) {
      assertThat(parts(FORM, pieceLength))
          .as("in pieces of %d", pieceLength)
          .containsExactlyInAnyOrder("a: " + TEXT, "handler x y.py: " + BYTES, "e e: ");
    }
  }

  @Test
  void everyFormThatIsCutOffIsRefused() {
    for (int pieceLength : new int[] {1, 7, 1_000}) {
      for (int length = 0; length < FORM.indexOf("--b--") + 5; length++) {
        String cut = FORM.substring(0, length);
        assertRefused(() -> parts(cut, pieceLength), "cut off");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary",
        "multipart/form-data; boundary=\"",
        "multipart/form-data; charset=nope",
        "multipart/form-data; boundary=b; charset=nope",
        "multipart/mixed; boundary=b"
      })
  void aRequestThatIsNoFormIsRefused(String contentType) {
    assertRefused(() -> new FormDecoder(contentType, new Told()), "multipart/form-data");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\r\nContent-Type: text/plain",
        "\r\nContent-Disposition: form-data",
        "\r\nContent-Disposition:",
        "\r\nContent-Disposition: form-data; name",
        "\r\nContent-Disposition: form-data; =; name=\"a\"",
        "\r\nContent-Disposition: attachment; name=\"a\"",
        "\r\nContent-Type: multipart/mixed"
      })
  void aPartWithoutANameIsRefused(String head) {
    for (int pieceLength : new int[] {1, 1_000}) {
      assertRefused(
          () -> parts("--b" + head + "\r\n\r\nx\r\n--b--", pieceLength),
          "Content-Disposition: form-data; name");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'; filename*=x', filename*",
    "'; filename*=UTF-8''''%zz', filename*",
    "'\r\nContent-Type: text/plain; charset=nope', charset",
    "'\r\nContent-Type: text/plain; charset=\"\"', charset",
    "'; filename=x\r\nContent-Transfer-Encoding: base64', Content-Transfer-Encoding"
  })
  void aHeadThatCannotBeReadIsRefused(String more, String named) {
    assertRefused(() -> parts(part(more, "x"), 100), named);
  }

  @Test
  void readsFileNamesThatAreNotAscii() {
    assertThat(parts(part("; filename*=utf-8''%C3%A4b.py", "x"), 100))
        .containsExactly("a \u00e4b.py: x");
  }

  @Test
  void readsFieldsInTheirCharset() {
    assertThat(parts(part("\r\nContent-Type: text/plain; charset=ISO-8859-1", "\u00e4"), 100))
        .containsExactly("a: \u00e4");
    assertRefused(() -> parts(part("", "\u00e4"), 100), "\"a\" is not written in UTF-8");
  }

  @Test
  void headsAndFieldsAndPartsHaveTheirLimits() {
    assertRefused(() -> parts(part("\r\nX: " + "x".repeat(9_000), ""), 100), "8192");
    assertRefused(
        () -> parts(part("", "x".repeat(300_000)), 100), "\"a\" the fields that are no files");
    String field = "--b\r\n" + DISPOSITION + "\r\n\r\n%s\r\n";
    assertRefused(() -> parts(field.formatted("x".repeat(150_000)).repeat(2), 100), "262144");
    assertRefused(() -> parts(field.formatted("").repeat(1_025) + "--b--", 100), "1024 parts");
  }
}
