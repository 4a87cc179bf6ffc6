package edge.starling.deployments;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** One connection to a node, for what a well-behaved client does not send. Not thread-safe. */
final class RawConnection implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;

  /**
   * @param headers with names in whatever case
   */
  record Reply(int status, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  RawConnection(Node node) throws IOException {
    URI url = URI.create(node.httpUrl());
    socket = new Socket(url.getHost(), url.getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Writes the lines of a head, the empty line after it, and the body. */
  void send(String body, String... head) throws IOException {
    String message = String.join("\r\n", head) + "\r\nHost: node\r\n\r\n" + body;
    socket.getOutputStream().write(message.getBytes(StandardCharsets.UTF_8));
  }

  /** The next answer. */
  Reply reply() throws IOException {
    Reply head = head();
    int length = Integer.parseInt(head.headers.getOrDefault("Content-Length", "0"));
    return new Reply(head.status, head.headers, in.readNBytes(length));
  }

  /** The head of the next answer, where no body follows whatever its length says. */
  Reply head() throws IOException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon), line.substring(colon + 1).strip(), (a, b) -> a + ", " + b);
    }
    return new Reply(status, headers, new byte[0]);
  }

  /** Whether the node has closed the connection, after all that was read. */
  boolean isClosedByNode() throws IOException {
    return in.read() < 0;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the node has closed the connection");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
