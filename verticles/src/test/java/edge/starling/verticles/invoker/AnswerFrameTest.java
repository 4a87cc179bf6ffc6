package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Response;
import edge.starling.verticles.invoker.Run.Answered;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.Run.Raised;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFrameTest {
  private final BytesInFlight held = new BytesInFlight(1 << 20);

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 1000})
  void readsAnAnswerInPiecesOfAnySize(int pieceBytes) {
    assertThat(read(frame("{\"status\":404,\"headers\":[\"A\",\"b\"]}", "no"), 2, pieceBytes))
        .isEqualTo(new Answered(new Response(404, Headers.of("A", "b"), Body.utf8("no"))));
  }

  @Test
  void readsWhatAHandlerRaised() {
    assertThat(read(frame("{\"raised\":\"KeyError\"}", ""), 2, 1000))
        .isEqualTo(new Raised("KeyError"));
  }

  @Test
  void takesNoBodyAboveTheLimit() {
    byte[] frame = frame("{\"status\":200,\"headers\":[]}", "abc");

    assertThatThrownBy(() -> read(frame, 2, 1000))
        .isInstanceOf(BoundedOutput.Exceeded.class)
        .hasMessageContaining("http.max-body");
  }

  @Test
  void takesNoMoreThanTheNodeMayHold() {
    byte[] frame = frame("{\"status\":200,\"headers\":[]}", "a".repeat(2 << 20));

    assertThatThrownBy(() -> read(frame, 4 << 20, 1000))
        .isInstanceOf(BoundedOutput.Exceeded.class)
        .hasMessageContaining("http.bytes-in-flight");
  }

  @Test
  void isBrokenByWhatIsNoFrame() {
    assertThat(read(new byte[0], 2, 1000)).isInstanceOf(Broke.class);
    assertThat(read(new byte[] {0x7f, 0, 0, 0, 1}, 2, 1000)).isInstanceOf(Broke.class);
    assertThat(read(new byte[] {-1, 0, 0, 0, 1}, 2, 1000)).isInstanceOf(Broke.class);
    assertThat(read(frame("[]", ""), 2, 1000)).isInstanceOf(Broke.class);
  }

  private Ending read(byte[] frame, int bodyLimit, int pieceBytes) {
    AnswerFrame answer = new AnswerFrame(bodyLimit, held.open());
    answer.begin(200, Headers.NONE, frame.length);
    for (int at = 0; at < frame.length; at += pieceBytes) {
      answer.add(Arrays.copyOfRange(frame, at, Math.min(frame.length, at + pieceBytes)));
    }
    return answer.ending();
  }

  private static byte[] frame(String head, String body) {
    byte[] headBytes = head.getBytes(UTF_8);
    byte[] bodyBytes = body.getBytes(UTF_8);
    return ByteBuffer.allocate(4 + headBytes.length + bodyBytes.length)
        .putInt(headBytes.length)
        .put(headBytes)
        .put(bodyBytes)
        .array();
  }
}
