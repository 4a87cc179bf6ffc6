package edge.starling.verticles.invoker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import edge.starling.verticles.invoker.Run.Answered;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.Run.Raised;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What travels between the node and a Python worker, both ways: the length of a head in four bytes,
 * the head as JSON, the function's own body. So no header of a call can be taken for one of the
 * transport's, and a function's own 500 is not taken for one of the worker's.
 */
final class CallFrame {
  /** The most that a head of an answer may have, with the four bytes before it. */
  static final int HEAD_LIMIT = 1 << 20;

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private record Call(
      String id, String method, String path, @Nullable String query, List<String> headers) {}

  /**
   * @param raised the end of the traceback; null where the function answered
   */
  private record Answer(int status, @Nullable List<String> headers, @Nullable String raised) {}

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

  /** Reads an answer; one that is no frame means that the worker is broken. */
  static Ending ending(byte[] frame, long maxBodyBytes) {
    try {
      int head = ByteBuffer.wrap(frame).getInt();
      Answer answer = JSON.readValue(frame, Integer.BYTES, head, Answer.class);
      if (answer.raised != null) {
        return new Raised(answer.raised);
      }
      byte[] body = Arrays.copyOfRange(frame, Integer.BYTES + head, frame.length);
      return body.length > maxBodyBytes
          ? tooLarge(maxBodyBytes)
          : new Answered(
              new Response(
                  answer.status,
                  answer.headers == null ? Headers.NONE : new Headers(answer.headers),
                  Body.of(body)));
    } catch (IOException | RuntimeException e) {
      return new Broke("its worker gave an answer that cannot be read: " + e.getMessage());
    }
  }

  static Broke tooLarge(long maxBodyBytes) {
    return new Broke("its answer is larger than http.max-body (" + maxBodyBytes + " bytes)");
  }
}
