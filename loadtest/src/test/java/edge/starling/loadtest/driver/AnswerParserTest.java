package edge.starling.loadtest.driver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AnswerParserTest {
  private final AnswerParser parser = new AnswerParser(1000);

  @Test
  void readsABodyOfKnownLength() throws Exception {
    assertThat(feed("HTTP/1.1 201 Created\r\ncontent-LENGTH:  5 \r\n\r\nhello")).isTrue();

    assertThat(parser.status()).isEqualTo(201);
    assertThat(body()).isEqualTo("hello");
    assertThat(parser.isClosing()).isFalse();
  }

  @Test
  void readsAnEmptyBody() throws Exception {
    assertThat(feed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).isTrue();

    assertThat(parser.hasBody(new byte[0])).isTrue();
    assertThat(parser.hasBody(new byte[1])).isFalse();
  }

  @Test
  void joinsChunksAndDropsExtensionsAndTrailers() throws Exception {
    String answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"
            + "5;name=value\r\nhello\r\nA\r\n, dear all\r\n0\r\nX-Sum: 1\r\n\r\n";

    assertThat(feed(answer)).isTrue();
    assertThat(body()).isEqualTo("hello, dear all");
  }

  @Test
  void takesAnswersInPiecesOfOneByte() throws Exception {
    String chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    for (int i = 0; i < chunked.length() - 1; i++) {
      assertThat(feed(chunked.substring(i, i + 1))).isFalse();
    }

    assertThat(feed("\n")).isTrue();
    assertThat(body()).isEqualTo("abcde");
  }

  @Test
  void leavesTheBytesBehindAnAnswer() throws Exception {
    ByteBuffer two = bytes("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 503 No\r\n");

    assertThat(parser.feed(two)).isTrue();
    assertThat(body()).isEqualTo("a");
    assertThat(parser.feed(two)).isFalse();
    assertThat(feed("Content-Length: 0\r\n\r\n")).isTrue();
    assertThat(parser.status()).isEqualTo(503);
    assertThat(body()).isEmpty();
  }

  @Test
  void skipsInterimAnswers() throws Exception {
    assertThat(feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")).isTrue();

    assertThat(parser.status()).isEqualTo(204);
  }

  @Test
  void knowsWhenTheServerCloses() throws Exception {
    assertThat(feed("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n")).isTrue();
    assertThat(parser.isClosing()).isTrue();

    assertThat(feed("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")).isTrue();
    assertThat(parser.isClosing()).isTrue();
  }

  @Test
  void beginsAnewAfterALostConnection() throws Exception {
    assertThat(feed("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")).isFalse();

    parser.reset();

    assertThat(feed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")).isTrue();
    assertThat(body()).isEqualTo("ok");
  }

  @Test
  void refusesWhatIsNoAnswer() {
    refuses("SSH-2.0-OpenSSH\r\n", "status line");
    refuses("HTTP/1.1 2x0 OK\r\n", "not a number");
    refuses("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n", "not a number");
    refuses("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n", "not a number");
    refuses("HTTP/1.1 200 OK\r\nContent-Length:\r\n", "missing");
    refuses("HTTP/1.1 200 OK\r\n\r\n", "unknown length");
    refuses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "chunk");
    refuses("x".repeat(20_000), "line over");
  }

  @Test
  void refusesABodyOverTheLimit() {
    refuses("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", "over 1000");
    refuses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n", "over 1000");
  }

  private static void refuses(String answer, String because) {
    var fresh = new AnswerParser(1000);
    assertThatThrownBy(() -> fresh.feed(bytes(answer)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining(because);
  }

  private boolean feed(String piece) throws ProtocolException {
    return parser.feed(bytes(piece));
  }

  private String body() {
    return new String(parser.body(), ISO_8859_1);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
  }
}
