package edge.starling.verticles.invoker;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Response;
import edge.starling.verticles.invoker.Run.Answered;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.Run.Raised;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Python worker answers, as it comes in: a frame as {@link CallFrame} has it. Confined to
 * the event loop.
 */
final class AnswerFrame implements UpstreamClient.Answer {
  private static final int HEAD_LIMIT = 1 << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * @param raised the end of the traceback; null where the function answered
   */
  private record Head(int status, @Nullable List<String> headers, @Nullable String raised) {}

  private final BoundedOutput head;
  private final BoundedOutput body;
  private final byte[] headLength = new byte[Integer.BYTES];
  private int headLengthBytes;
  private long length;
  private int headLeft;

  /**
   * @param bodyLimit in bytes
   * @param held what comes in is added to it
   */
  AnswerFrame(int bodyLimit, BytesInFlight.Share held) {
    this.head = new BoundedOutput(HEAD_LIMIT, held);
    this.body = new BoundedOutput(bodyLimit, held);
  }

  @Override
  public void begin(int status, Headers headers, long bytes) {
    if (status != 200 || bytes < 0) {
      throw new UncheckedIOException(new IOException("status " + status));
    }
    length = bytes;
  }

  @Override
  public void add(byte[] piece) {
    int at = 0;
    while (at < piece.length && headLengthBytes < headLength.length) {
      headLength[headLengthBytes++] = piece[at++];
      if (headLengthBytes == headLength.length) {
        startHead();
      }
    }
    int ofHead = Math.min(headLeft, piece.length - at);
    head.write(piece, at, ofHead);
    headLeft -= ofHead;
    body.write(piece, at + ofHead, piece.length - at - ofHead);
  }

  /** How the call ended; an answer that is no frame means that the worker is broken. */
  Ending ending() {
    if (headLengthBytes < headLength.length || headLeft != 0) {
      return broke("it is not whole");
    }
    try {
      Head read = JSON.readValue(head.toByteArray(), Head.class);
      return read.raised != null
          ? new Raised(read.raised)
          : new Answered(
              new Response(
                  read.status,
                  read.headers == null ? Headers.NONE : new Headers(read.headers),
                  Body.of(body.toByteArray())));
    } catch (IOException | RuntimeException e) {
      return broke(String.valueOf(e.getMessage()));
    }
  }

  private void startHead() {
    headLeft = ByteBuffer.wrap(headLength).getInt();
    if (headLeft < 0 || headLeft > length - headLength.length) {
      headLeft = Integer.MAX_VALUE; // no frame: it never becomes whole
      return;
    }
    head.expect(headLeft);
    body.expect(length - headLength.length - headLeft);
  }

  private static Broke broke(String detail) {
    return new Broke("its worker gave an answer that cannot be read: " + detail);
  }
}
