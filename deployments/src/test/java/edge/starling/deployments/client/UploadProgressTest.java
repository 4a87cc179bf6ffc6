package edge.starling.deployments.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UploadProgressTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream terminal = new PrintStream(shown, true, StandardCharsets.UTF_8);

  @Test
  void aLargeBodyArrivesWholeBehindABar() throws IOException {
    byte[] body = new byte[3 << 20];
    body[body.length - 1] = 7;
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().transferTo(received);
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try {
      NodeClient client =
          new NodeClient(
              URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
              Duration.ofSeconds(20));
      BodyPublisher watched = UploadProgress.watch(BodyPublishers.ofByteArray(body), terminal);

      assertThat(client.send(client.to("/").POST(watched)).status()).isEqualTo(204);
    } finally {
      server.stop(0);
    }

    assertThat(received.toByteArray()).isEqualTo(body);
    assertThat(shown.toString(StandardCharsets.UTF_8)).contains("sending", "100%");
  }

  @Test
  void aSmallBodyIsNotWorthABar() {
    BodyPublisher body = BodyPublishers.ofString("small");

    assertThat(UploadProgress.watch(body, terminal)).isSameAs(body);
    assertThat(shown.size()).isZero();
  }
}
