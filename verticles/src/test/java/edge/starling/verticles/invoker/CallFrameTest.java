package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class CallFrameTest {

  @Test
  void putsTheHeadOfACallBeforeItsBody() {
    Request request =
        new Request("get", "/p", null, Headers.of("A", "\"1\"\r\n"), Body.utf8("body"));
    byte[] head =
        ("{\"id\":\"7\",\"method\":\"GET\",\"path\":\"/p\",\"query\":null,"
                + "\"headers\":[\"A\",\"\\\"1\\\"\\r\\n\"]}")
            .getBytes(UTF_8);

    assertThat(CallFrame.before(new InvocationId("7"), request))
        .isEqualTo(ByteBuffer.allocate(4 + head.length).putInt(head.length).put(head).array());
  }
}
