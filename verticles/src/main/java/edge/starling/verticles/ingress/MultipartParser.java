package edge.starling.verticles.ingress;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes a form apart as its bytes come (RFC 7578; RFC 2046, 5.1). It keeps no more of them than
 * could be the head of a part or the begin of a boundary. Not thread-safe.
 */
final class MultipartParser {
  /** The most bytes of the head of a part. */
  static final int MAX_HEAD = 8 * 1024;

  private static final int MAX_PADDING = 256;
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

  private final byte[] delimiter;
  private final Parts parts;
  private State state = State.PREAMBLE;

  /** What has not been taken apart yet. The first boundary need not stand on a new line. */
  private byte[] data = CRLF;

  private int position;

  /** Told of the parts, one after the other. What it throws ends the parsing. */
  interface Parts {
    void begin(PartHead head);

    /** Some of the part's content; the array may be changed afterwards. */
    void content(byte[] bytes, int from, int count);

    void end();
  }

  private enum State {
    PREAMBLE,
    BOUNDARY,
    HEAD,
    CONTENT,
    EPILOGUE
  }

  MultipartParser(String boundary, Parts parts) {
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    this.parts = parts;
  }

  /**
   * @throws Unacceptable 400
   */
  void feed(byte[] bytes) {
    if (state == State.EPILOGUE) {
      return;
    }
    int kept = data.length - position;
    byte[] joined = Arrays.copyOfRange(data, position, position + kept + bytes.length);
    System.arraycopy(bytes, 0, joined, kept, bytes.length);
    data = joined;
    position = 0;
    while (step()) {
      // each step takes one thing away
    }
  }

  /**
   * Nothing more comes.
   *
   * @throws Unacceptable 400 where the form is not whole
   */
  void finish() {
    if (state != State.EPILOGUE) {
      throw Unacceptable.malformed(
          "the form is cut off: it must end with its boundary and \"--\" after that");
    }
  }

  /** Whether there is more to do with what has come. */
  private boolean step() {
    return switch (state) {
      case PREAMBLE, CONTENT -> upToBoundary();
      case BOUNDARY -> afterBoundary();
      case HEAD -> head();
      case EPILOGUE -> false;
    };
  }

  private boolean upToBoundary() {
    int found = indexOf(delimiter, position);
    int end = found >= 0 ? found : Math.max(position, data.length - delimiter.length + 1);
    if (state == State.CONTENT && end > position) {
      parts.content(data, position, end - position);
    }
    position = end;
    if (found < 0) {
      return false;
    }
    if (state == State.CONTENT) {
      parts.end();
    }
    position += delimiter.length;
    state = State.BOUNDARY;
    return true;
  }

  private boolean afterBoundary() {
    int next = position;
    while (next < data.length && (data[next] == ' ' || data[next] == '\t')) {
      next++;
    }
    if (data.length - next < 2 && next - position <= MAX_PADDING) {
      return false;
    }
    if (startsWith(CRLF, next)) {
      // The line's end stays: a head without lines ends with two of them all the same.
      position = next;
      state = State.HEAD;
      return true;
    }
    if (next == position && data[next] == '-' && data[next + 1] == '-') {
      state = State.EPILOGUE;
      return false;
    }
    throw Unacceptable.malformed(
        "a boundary of the form must be followed by a line's end (CRLF), the last one by \"--\"");
  }

  private boolean head() {
    int end = indexOf(END_OF_HEAD, position);
    if ((end < 0 ? data.length : end) - position > MAX_HEAD) {
      throw Unacceptable.malformed(
          "the head of a part of the form may have " + MAX_HEAD + " bytes");
    }
    if (end < 0) {
      return false;
    }
    String lines = new String(data, position, end - position, StandardCharsets.UTF_8);
    position = end + END_OF_HEAD.length;
    state = State.CONTENT;
    parts.begin(PartHead.parse(lines));
    return true;
  }

  private int indexOf(byte[] wanted, int from) {
    for (int i = from; i <= data.length - wanted.length; i++) {
      if (data[i] == wanted[0] && startsWith(wanted, i)) {
        return i;
      }
    }
    return -1;
  }

  private boolean startsWith(byte[] wanted, int at) {
    return at + wanted.length <= data.length
        && Arrays.equals(data, at, at + wanted.length, wanted, 0, wanted.length);
  }
}
