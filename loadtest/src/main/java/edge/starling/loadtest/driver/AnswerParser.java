package edge.starling.loadtest.driver;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads HTTP/1.1 answers (RFC 9112) from bytes that arrive in pieces of any size: status line,
 * {@code Content-Length} and chunked bodies, interim {@code 1xx} answers skipped. An answer whose
 * end only the closing of the connection would tell is refused. Keeps the last answer until the
 * next is begun. For one thread.
 */
final class AnswerParser {
  private static final int MAX_LINE = 16 * 1024;
  private static final long CHUNKED = -1;
  private static final long UNKNOWN = -2;

  private enum Part {
    STATUS,
    HEADERS,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    DONE
  }

  private final int maxBody;
  private final byte[] line = new byte[MAX_LINE];
  private int lineLength;
  private Part part = Part.DONE;
  private int status;
  private boolean closing;
  private long length;
  private long missing;
  private byte[] body = new byte[256];
  private int bodyLength;

  /**
   * @param maxBody in bytes; a longer body is refused
   */
  AnswerParser(int maxBody) {
    this.maxBody = maxBody;
  }

  /** Forgets an answer of which only a part has arrived. */
  void reset() {
    lineLength = 0;
    part = Part.DONE;
  }

  /**
   * Takes bytes up to the end of an answer, and leaves those behind it.
   *
   * @param in at least one byte
   * @return whether an answer is complete
   */
  boolean feed(ByteBuffer in) throws ProtocolException {
    if (part == Part.DONE) {
      begin();
    }
    while (in.hasRemaining() && part != Part.DONE) {
      if (part == Part.BODY || part == Part.CHUNK) {
        takeBody(in);
      } else {
        takeLine(in);
      }
    }
    return part == Part.DONE;
  }

  int status() {
    return status;
  }

  /** Whether the server closes the connection after this answer. */
  boolean isClosing() {
    return closing;
  }

  boolean hasBody(byte[] expected) {
    return Arrays.equals(body, 0, bodyLength, expected, 0, expected.length);
  }

  byte[] body() {
    return Arrays.copyOf(body, bodyLength);
  }

  private void begin() {
    part = Part.STATUS;
    status = 0;
    closing = false;
    length = UNKNOWN;
    bodyLength = 0;
  }

  private void takeLine(ByteBuffer in) throws ProtocolException {
    while (in.hasRemaining()) {
      byte next = in.get();
      if (next == '\n') {
        endLine();
        return;
      }
      if (lineLength == MAX_LINE) {
        throw new ProtocolException("a line over " + MAX_LINE + " bytes");
      }
      line[lineLength++] = next;
    }
  }

  private void endLine() throws ProtocolException {
    if (lineLength > 0 && line[lineLength - 1] == '\r') {
      lineLength--;
    }
    switch (part) {
      case STATUS -> statusLine();
      case HEADERS -> header();
      case CHUNK_SIZE -> chunkSize();
      case CHUNK_END -> chunkEnd();
      case TRAILERS -> part = lineLength == 0 ? Part.DONE : Part.TRAILERS;
      default -> throw new IllegalStateException("no line is due in " + part);
    }
    lineLength = 0;
  }

  private void statusLine() throws ProtocolException {
    boolean http1 = lineLength >= 12 && startsWith("http/1.") && line[8] == ' ';
    if (!http1) {
      throw new ProtocolException("not an HTTP/1 status line: " + text(0));
    }
    status = (int) number(9, 12, 10);
    closing = line[7] == '0';
    part = Part.HEADERS;
  }

  private void header() throws ProtocolException {
    if (lineLength == 0) {
      endHeaders();
    } else if (startsWith("content-length:")) {
      length = number(valueAt("content-length:"), lineLength, 10);
    } else if (startsWith("transfer-encoding:") && hasToken("transfer-encoding:", "chunked")) {
      length = CHUNKED;
    } else if (startsWith("connection:") && hasToken("connection:", "close")) {
      closing = true;
    }
  }

  private void endHeaders() throws ProtocolException {
    if (status < 200) {
      begin();
    } else if (status == 204 || status == 304 || length == 0) {
      part = Part.DONE;
    } else if (length == CHUNKED) {
      part = Part.CHUNK_SIZE;
    } else if (length == UNKNOWN) {
      throw new ProtocolException("an answer of unknown length");
    } else {
      expect(length);
      part = Part.BODY;
    }
  }

  private void chunkSize() throws ProtocolException {
    int end = 0;
    while (end < lineLength && line[end] != ';' && line[end] != ' ') {
      end++;
    }
    long size = number(0, end, 16);
    expect(size);
    part = size == 0 ? Part.TRAILERS : Part.CHUNK;
  }

  private void chunkEnd() throws ProtocolException {
    if (lineLength != 0) {
      throw new ProtocolException("a chunk longer than its size");
    }
    part = Part.CHUNK_SIZE;
  }

  private void expect(long bytes) throws ProtocolException {
    if (bytes > maxBody - bodyLength) {
      throw new ProtocolException("a body over " + maxBody + " bytes");
    }
    missing = bytes;
    int needed = bodyLength + (int) bytes;
    if (needed > body.length) {
      body = Arrays.copyOf(body, Math.max(needed, Math.min(maxBody, 2 * body.length)));
    }
  }

  private void takeBody(ByteBuffer in) {
    int taken = (int) Math.min(missing, in.remaining());
    in.get(body, bodyLength, taken);
    bodyLength += taken;
    missing -= taken;
    if (missing == 0) {
      part = part == Part.BODY ? Part.DONE : Part.CHUNK_END;
    }
  }

  private boolean startsWith(String lowerCase) {
    if (lineLength < lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < lowerCase.length(); i++) {
      int letter = line[i] >= 'A' && line[i] <= 'Z' ? line[i] + ('a' - 'A') : line[i];
      if (letter != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int valueAt(String name) {
    int at = name.length();
    while (at < lineLength && line[at] == ' ') {
      at++;
    }
    return at;
  }

  private boolean hasToken(String name, String token) {
    return Arrays.stream(text(name.length()).split(","))
        .anyMatch(each -> each.strip().equalsIgnoreCase(token));
  }

  private String text(int from) {
    return new String(line, from, lineLength - from, StandardCharsets.ISO_8859_1);
  }

  private long number(int from, int to, int radix) throws ProtocolException {
    int end = to;
    while (end > from && line[end - 1] == ' ') {
      end--;
    }
    long value = 0;
    for (int i = from; i < end; i++) {
      int digit = Character.digit(line[i], radix);
      if (digit < 0 || value > Integer.MAX_VALUE) {
        throw new ProtocolException("not a number: " + text(0));
      }
      value = value * radix + digit;
    }
    if (end == from) {
      throw new ProtocolException("a number is missing: " + text(0));
    }
    return value;
  }
}
