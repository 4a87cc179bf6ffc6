package edge.starling.loadtest.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback interface that nobody listens on, below those that connections go out from:
 * so nobody else gets one by chance while its server is down.
 */
public final class FreePorts {
  private static final int LOWEST = 12_000;
  private static final int HIGHEST = 32_000;
  private static final int MOST_TRIES = 10_000;

  private FreePorts() {}

  /**
   * So many different ports. Each is free now, and no one else's only by being chosen at random.
   */
  public static List<Integer> take(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int tries = 0; held.size() < count; tries++) {
        hold(held, tries);
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      held.forEach(FreePorts::release);
    }
  }

  private static void hold(List<ServerSocket> held, int tries) {
    int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
    try {
      held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
    } catch (IOException e) {
      if (tries > MOST_TRIES) {
        throw new UncheckedIOException("no free port", e);
      }
    }
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a port stays taken", e);
    }
  }
}
