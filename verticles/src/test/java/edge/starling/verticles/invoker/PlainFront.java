package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;

/**
 * Stands before a server without TLS, and turns those down at once who speak it: as registries do,
 * while the JDK's own server waits for the end of a line.
 */
final class PlainFront implements AutoCloseable {
  private static final int TLS_HANDSHAKE = 0x16;

  private final ServerSocket listener;
  private final ExecutorService threads;
  private final int target;

  /**
   * @param port 0 for any
   * @param target the server's port
   */
  PlainFront(int port, int target, ExecutorService threads) throws IOException {
    this.target = target;
    this.threads = threads;
    listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      byte[] first = new byte[16384];
      int count = client.getInputStream().read(first);
      if (count > 0 && first[0] == TLS_HANDSHAKE) {
        client.getOutputStream().write("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
      } else if (count > 0) {
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
          threads.execute(() -> pass(server, client));
          server.getOutputStream().write(first, 0, count);
          pass(client, server);
        }
      }
    } catch (IOException e) {
      // one of them went away
    }
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // one of them went away
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
