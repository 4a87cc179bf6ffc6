package edge.starling.verticles.invoker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/** Ports of 127.0.0.1 on which a server may be started. */
final class LoopbackPort {
  /** Below those that the operating system gives to connections that go out. */
  private static final int LOWEST = 20_000;

  private static final int HIGHEST = 32_000;
  private static final int TRIES = 1000;

  private LoopbackPort() {}

  /**
   * One that was free a moment ago.
   *
   * @throws IOException where none is found
   */
  static int free(RandomGenerator random) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      int port = random.nextInt(LOWEST, HIGHEST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IOException("no port of 127.0.0.1 is free");
  }

  /** Whether a server could listen there now. */
  static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
