package edge.starling.loadtest.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import edge.starling.loadtest.faults.CallEnding.Kind;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallerClientTest {
  private HttpServer server;
  private CallerClient caller;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/echo", CallerClientTest::echo);
    server.createContext("/other", each -> answer(each, 200, "text/plain", "call-2 7\n"));
    server.createContext("/broken", HttpExchange::close);
    server.createContext("/silent", each -> {});
    server.createContext(
        "/lost",
        each ->
            answer(
                each,
                502,
                "application/problem+json",
                """
                {"type": "urn:starling:problem:provider-lost", "started": "unknown"}
                """));
    server.start();
    caller = new CallerClient(Vertx.vertx(), Duration.ofMillis(500), Duration.ofMillis(1_500));
  }

  @AfterEach
  void stop() {
    caller.close();
    server.stop(0);
  }

  @Test
  void aWholeAnswerToThisCallIsRight() throws TimeoutException {
    CallEnding ending = call("echo");

    assertThat(ending.kind()).isEqualTo(Kind.ANSWERED);
    assertThat(ending.status()).isEqualTo(200);
    assertThat(ending.version()).isEqualTo(7);
    assertThat(ending.isRight()).isTrue();
  }

  @Test
  void theAnswerToAnotherCallIsNotRight() throws TimeoutException {
    assertThat(call("other").isRight()).isFalse();
  }

  @Test
  void readsAProblem() throws TimeoutException {
    CallEnding ending = call("lost");

    assertThat(ending.reason()).isEqualTo("502 provider-lost");
    assertThat(ending.startedUnknown()).isTrue();
    assertThat(ending.hasRetryAfter()).isFalse();
  }

  @Test
  void tellsABrokenConnectionFromSilenceAndFromNone() throws TimeoutException {
    assertThat(call("broken").kind()).isEqualTo(Kind.BROKEN_OFF);
    assertThat(call("silent").kind()).isEqualTo(Kind.SILENCE);
    URI url = url("echo");
    server.stop(0);
    assertThat(call(url).kind()).isEqualTo(Kind.NOT_CONNECTED);
  }

  private CallEnding call(String path) throws TimeoutException {
    return call(url(path));
  }

  private CallEnding call(URI url) throws TimeoutException {
    CallPlan plan = new CallPlan("call-1", "c", "n1", "f", "POST", false, 300, 0);
    return caller.call(plan, url).await(20, TimeUnit.SECONDS).ending();
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + path);
  }

  private static void echo(HttpExchange exchange) throws IOException {
    var answer = new ByteArrayOutputStream();
    String call = exchange.getRequestHeaders().getFirst(Witness.CALL);
    answer.writeBytes((call + " 7\n").getBytes(StandardCharsets.UTF_8));
    exchange.getRequestBody().transferTo(answer);
    answer(exchange, 200, "text/plain", answer.toByteArray());
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    answer(exchange, status, type, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
