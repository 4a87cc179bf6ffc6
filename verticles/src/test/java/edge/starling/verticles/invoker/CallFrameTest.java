package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import edge.starling.verticles.invoker.Run.Answered;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Raised;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class CallFrameTest {
  private static byte[] frame(String head, String body) {
    byte[] headBytes = head.getBytes(UTF_8);
    byte[] bodyBytes = body.getBytes(UTF_8);
    return ByteBuffer.allocate(4 + headBytes.length + bodyBytes.length)
        .putInt(headBytes.length)
        .put(headBytes)
        .put(bodyBytes)
        .array();
  }

  @Test
  void putsTheHeadOfACallBeforeItsBody() {
    Request request =
        new Request("get", "/p", null, Headers.of("A", "\"1\"\r\n"), Body.utf8("body"));

    assertThat(CallFrame.before(new InvocationId("7"), request))
        .isEqualTo(
            frame(
                "{\"id\":\"7\",\"method\":\"GET\",\"path\":\"/p\",\"query\":null,"
                    + "\"headers\":[\"A\",\"\\\"1\\\"\\r\\n\"]}",
                ""));
  }

  @Test
  void readsAnAnswer() {
    assertThat(CallFrame.ending(frame("{\"status\":404,\"headers\":[\"A\",\"b\"]}", "no"), 2))
        .isEqualTo(new Answered(new Response(404, Headers.of("A", "b"), Body.utf8("no"))));
  }

  @Test
  void readsWhatAHandlerRaised() {
    assertThat(CallFrame.ending(frame("{\"raised\":\"KeyError\"}", ""), 2))
        .isEqualTo(new Raised("KeyError"));
  }

  @Test
  void isBrokenByABodyAboveTheLimit() {
    assertThat(CallFrame.ending(frame("{\"status\":200,\"headers\":[]}", "abc"), 2))
        .isEqualTo(CallFrame.tooLarge(2));
  }

  @Test
  void isBrokenByWhatIsNoFrame() {
    assertThat(CallFrame.ending(new byte[0], 2)).isInstanceOf(Broke.class);
    assertThat(CallFrame.ending(new byte[] {0x7f, 0, 0, 0, 1}, 2)).isInstanceOf(Broke.class);
    assertThat(CallFrame.ending(frame("[]", ""), 2)).isInstanceOf(Broke.class);
  }
}
