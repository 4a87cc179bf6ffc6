package edge.starling.verticles.invoker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What travels between the node and a Python worker, both ways: the length of a head in four bytes,
 * the head as JSON, the function's own body. So no header of a call can be taken for one of the
 * transport's, and a function's own 500 is not taken for one of the worker's.
 *
 * @see AnswerFrame
 */
final class CallFrame {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Call(
      String id, String method, String path, @Nullable String query, List<String> headers) {}

  private CallFrame() {}

  /** Everything that comes before the body of a call. */
  static byte[] before(InvocationId id, Request request) {
    Call call =
        new Call(
            id.value(),
            request.method(),
            request.path(),
            request.query(),
            request.headers().namesAndValues());
    try {
      byte[] head = JSON.writeValueAsBytes(call);
      return ByteBuffer.allocate(Integer.BYTES + head.length).putInt(head.length).put(head).array();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
