package edge.starling.loadtest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.loadtest.servers.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** This process is the node {@code a} and calls {@code b}. */
@EnabledOnOs(OS.LINUX)
class NetworkTest {
  private static final int SOON_MILLIS = 10_000;
  private static final int NOT_YET_MILLIS = 200;

  private final int proxy = FreePorts.take(1).get(0);
  private Network network;
  private ServerSocket listening;

  @BeforeEach
  void open() throws IOException {
    network = Network.open(1, () -> Map.of(ProcessHandle.current().pid(), "a"));
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    listening.setSoTimeout(SOON_MILLIS);
    network.proxy("b", proxy, listening.getLocalPort());
  }

  @AfterEach
  void close() throws IOException {
    listening.close();
    network.close();
  }

  @Test
  void passesBytesBothWaysAndTheEnd() throws IOException {
    try (Socket caller = connect();
        Socket callee = accept()) {
      caller.getOutputStream().write(1);
      assertThat(callee.getInputStream().read()).isEqualTo(1);
      callee.getOutputStream().write(2);
      assertThat(caller.getInputStream().read()).isEqualTo(2);

      caller.close();
      assertThat(callee.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aCutHoldsBackBytesUntilItIsHealed() throws IOException {
    try (Socket caller = connect();
        Socket callee = accept()) {
      network.link("b", "a", LinkState.CUT);
      caller.getOutputStream().write(1);
      assertNothingComes(callee);

      network.link("a", "b", LinkState.UP);
      assertThat(callee.getInputStream().read()).isEqualTo(1);
    }
  }

  @Test
  void aCutHidesThatTheOtherEndIsGone() throws IOException {
    try (Socket caller = connect();
        Socket callee = accept()) {
      network.link("a", "b", LinkState.CUT);
      caller.close();
      assertNothingComes(callee);

      network.link("a", "b", LinkState.UP);
      assertThat(callee.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void cutsOnlyThePairThatIsMeant() throws IOException {
    network.link("b", "c", LinkState.CUT);

    try (Socket caller = connect();
        Socket callee = accept()) {
      caller.getOutputStream().write(1);
      assertThat(callee.getInputStream().read()).isEqualTo(1);
    }
  }

  @Test
  void aNewConnectionOverACutHangsAndFails() throws IOException {
    network.link("a", "b", LinkState.CUT);
    listening.setSoTimeout(NOT_YET_MILLIS);

    try (Socket caller = connect()) {
      assertThatThrownBy(this::accept).isInstanceOf(SocketTimeoutException.class);
      assertThat(caller.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aDelayedLinkBringsEverythingInOrder() throws IOException {
    network.link("a", "b", LinkState.delayed(Duration.ofMillis(20)));

    try (Socket caller = connect();
        Socket callee = accept()) {
      caller.getOutputStream().write(new byte[] {1, 2});
      caller.getOutputStream().write(3);
      caller.close();

      assertThat(callee.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aSenderIsHeldBackByAReceiverThatDoesNotRead() throws IOException {
    byte[] much = new byte[32 << 20];
    try (Socket caller = connect();
        Socket callee = accept()) {
      var writing = new Thread(() -> write(caller, much));
      writing.start();
      assertThat(callee.getInputStream().readNBytes(much.length)).hasSize(much.length);
    }
  }

  @Test
  void strangersAreNotLetIn() throws IOException {
    try (Network strict = Network.open(1, Map::of)) {
      int port = FreePorts.take(1).get(0);
      strict.proxy("b", port, listening.getLocalPort());
      try (Socket stranger = connect(port)) {
        assertThat(stranger.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  private static void write(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertNothingComes(Socket socket) throws IOException {
    socket.setSoTimeout(NOT_YET_MILLIS);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(SOON_MILLIS);
  }

  private Socket connect() throws IOException {
    return connect(proxy);
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(SOON_MILLIS);
    return socket;
  }

  private Socket accept() throws IOException {
    Socket socket = listening.accept();
    socket.setSoTimeout(SOON_MILLIS);
    return socket;
  }
}
