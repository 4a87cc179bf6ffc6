package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.Bytes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Arrays;
import java.util.function.Consumer;

/** Reads the body of a request into memory, within the limits. */
final class RequestReader {
  private static final int FIRST_BUFFER = 8 * 1024;

  private final long maxBody;

  RequestReader(long maxBody) {
    this.maxBody = maxBody;
  }

  /** To be called while the request's head is handled; answers by itself what is over a limit. */
  void read(Exchange exchange, Consumer<Bytes> whenWhole) {
    HttpServerRequest request = exchange.request();
    boolean chunked = request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    String lengthText = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    long length = chunked ? -1 : lengthText == null ? 0 : length(lengthText);
    if (length == 0) {
      exchange.serves();
      whenWhole.accept(Bytes.EMPTY);
    } else if (length > maxBody) {
      exchange.problem(Problem.bodyTooLarge("http.max-body", maxBody));
    } else if (length > 0 && !exchange.tryHold(length)) {
      exchange.problem(Problem.bytesInFlight());
    } else if (meetsExpectation(exchange)) {
      new Receiving(exchange, whenWhole, (int) length).begin();
    }
  }

  /** The HTTP decoder has refused what is no number. */
  static long length(String contentLength) {
    try {
      return Long.parseLong(contentLength.trim());
    } catch (NumberFormatException e) {
      throw Unacceptable.malformed("Content-Length must be a whole number");
    }
  }

  /** Tells a client that waits for it to go on; answers an expectation that is not known. */
  static boolean meetsExpectation(Exchange exchange) {
    String expected = exchange.request().headers().get(HttpHeaders.EXPECT);
    if (expected == null || exchange.request().version() == HttpVersion.HTTP_1_0) {
      return true;
    }
    if (expected.equalsIgnoreCase("100-continue")) {
      exchange.response().writeContinue();
      return true;
    }
    exchange.problem(
        Problem.of(
            417, "expectation", "The expectation cannot be met", "only 100-continue is known"));
    return false;
  }

  /** A body on its way in. */
  private final class Receiving {
    private final Exchange exchange;
    private final Consumer<Bytes> whenWhole;
    private final boolean isLengthKnown;
    private byte[] bytes;
    private int count;

    Receiving(Exchange exchange, Consumer<Bytes> whenWhole, int length) {
      this.exchange = exchange;
      this.whenWhole = whenWhole;
      this.isLengthKnown = length >= 0;
      this.bytes = new byte[isLengthKnown ? length : FIRST_BUFFER];
    }

    void begin() {
      exchange.request().handler(this::chunk).endHandler(ended -> end());
    }

    private void chunk(Buffer chunk) {
      if (exchange.isOver()) {
        return;
      }
      int length = chunk.length();
      if (!isLengthKnown && !makeRoom(length)) {
        return;
      }
      chunk.getBytes(bytes, count);
      count += length;
    }

    private boolean makeRoom(int more) {
      long needed = (long) count + more;
      if (needed > maxBody) {
        exchange.problem(Problem.bodyTooLarge("http.max-body", maxBody));
        return false;
      }
      if (!exchange.tryHold(more)) {
        exchange.problem(Problem.bytesInFlight());
        return false;
      }
      if (needed > bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(maxBody, Math.max(needed, 2L * bytes.length)));
      }
      return true;
    }

    private void end() {
      if (!exchange.isOver()) {
        exchange.serves();
        Bytes whole = Bytes.wrap(count == bytes.length ? bytes : Arrays.copyOf(bytes, count));
        exchange.attempt(() -> whenWhole.accept(whole));
      }
    }
  }
}
