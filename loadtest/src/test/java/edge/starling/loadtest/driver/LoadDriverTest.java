package edge.starling.loadtest.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadDriverTest {
  private static final Duration WINDOW = Duration.ofMillis(500);

  private final LoadDriver driver = new LoadDriver(2, Duration.ofSeconds(1));
  private final LoadDriver patient = new LoadDriver(2, Duration.ofSeconds(20));
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger served = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(threads);
    server.createContext("/echo", serving(exchange -> answer(exchange, 200, body(exchange))));
    server.createContext("/chunked", serving(exchange -> answer(exchange, 0, body(exchange))));
    server.createContext("/busy", serving(exchange -> answer(exchange, 503, "no")));
    server.createContext("/silent", serving(this::keepSilent));
    server.createContext(
        "/closing",
        serving(
            exchange -> {
              exchange.getResponseHeaders().add("Connection", "close");
              answer(exchange, 200, body(exchange));
            }));
    server.start();
  }

  @AfterEach
  void close() {
    over.countDown();
    driver.close();
    patient.close();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void countsTheRightAnswersOfAClosedLoop() throws Exception {
    Measurement measured = patient.closedLoop(call("/echo", "hello"), 5, WINDOW);

    assertThat(measured.errors()).isEmpty();
    assertThat(measured.calls()).isPositive();
    assertThat(measured.answered()).isEqualTo(served.get()).isGreaterThan(measured.calls());
    assertThat(measured.elapsed()).isEqualTo(WINDOW);
    assertThat(measured.rate()).isEqualTo(measured.calls() / 0.5);
    assertThat(measured.micros(50)).isPositive().isLessThanOrEqualTo(measured.micros(100));
  }

  @Test
  void readsChunkedAnswers() throws Exception {
    Measurement measured = patient.closedLoop(call("/chunked", "hello"), 2, WINDOW);

    assertThat(measured.errors()).isEmpty();
    assertThat(measured.calls()).isPositive();
  }

  @Test
  void sendsAllCallsOfAnOpenLoop() throws Exception {
    Measurement measured = patient.openLoop(call("/echo", "hello"), 4, 50, WINDOW);

    assertThat(measured.errors()).isEmpty();
    assertThat(measured.calls()).isEqualTo(25);
    assertThat(measured.answered()).isEqualTo(35).isEqualTo(served.get());
  }

  @Test
  void anOpenLoopCountsFromWhenACallWasDue() throws Exception {
    server.createContext(
        "/slow",
        serving(
            exchange -> {
              park(Duration.ofMillis(50));
              answer(exchange, 200, body(exchange));
            }));

    Measurement measured = patient.openLoop(call("/slow", "x"), 2, 100, WINDOW);

    // 70 calls are due in 0.7 s; two connections need 1.75 s at least to have them answered.
    assertThat(measured.errors()).isEmpty();
    assertThat(measured.calls()).isEqualTo(50);
    assertThat(measured.micros(100)).isGreaterThan(1_000_000);
    assertThat(measured.elapsed()).isGreaterThan(Duration.ofMillis(1500));
  }

  @Test
  void noCallOfAnOpenLoopIsForgotten() throws Exception {
    Measurement measured = driver.openLoop(call("/silent", "x"), 2, 100, WINDOW);

    assertThat(measured.errors())
        .containsOnlyKeys(
            "no answer within 1000 ms", "not sent: no connection became idle in time");
    assertThat(measured.errors().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(70);
  }

  @Test
  void countsOtherStatusesAndBodiesAsErrors() throws Exception {
    Measurement busy = driver.closedLoop(call("/busy", "hello"), 2, WINDOW);
    Call wrong = Call.post(url("/echo"), new byte[] {'a'}, new byte[] {'b'});
    Measurement other = driver.closedLoop(wrong, 2, WINDOW);

    assertThat(busy.errors()).containsOnlyKeys("status 503");
    assertThat(busy.calls()).isZero();
    assertThat(busy.micros(50)).isNaN();
    assertThat(other.errors()).containsOnlyKeys("wrong body");
  }

  @Test
  void opensConnectionsAgainThatTheServerCloses() throws Exception {
    Measurement measured = patient.closedLoop(call("/closing", "hello"), 2, WINDOW);

    assertThat(measured.errors()).isEmpty();
    assertThat(measured.answered()).isGreaterThan(2);
  }

  @Test
  void givesUpACallWithoutAnAnswer() throws Exception {
    Measurement measured = driver.closedLoop(call("/silent", "hello"), 1, WINDOW);

    assertThat(measured.errors()).containsOnlyKeys("no answer within 1000 ms");
  }

  @Test
  void opensIdleConnectionsAgainThatTheServerCloses() throws Exception {
    Measurement measured = patient.openLoop(call("/closing", "hello"), 4, 20, WINDOW);

    assertThat(measured.errors()).isEmpty();
    assertThat(measured.answered()).isEqualTo(14);
  }

  @Test
  void saysThatNobodyListens() {
    Call nowhere = call("/echo", "hello");
    server.stop(0);

    assertThatThrownBy(() -> driver.closedLoop(nowhere, 2, WINDOW))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot connect");
  }

  @Test
  void callsOnceWheneverItIsTold() throws Exception {
    try (SingleCaller caller = driver.connect(call("/echo", "hello"));
        SingleCaller refused = driver.connect(call("/busy", "hello"))) {
      assertThat(caller.call()).isPositive();
      assertThat(caller.call()).isPositive();
      assertThat(served).hasValue(2);
      assertThatThrownBy(refused::call).isInstanceOf(IOException.class).hasMessage("status 503");
    }
  }

  private Call call(String path, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return Call.post(url(path), bytes, bytes);
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private HttpHandler serving(HttpHandler handler) {
    return exchange -> {
      served.incrementAndGet();
      handler.handle(exchange);
    };
  }

  private void keepSilent(HttpExchange exchange) {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  private void park(Duration duration) {
    try {
      boolean ended = over.await(duration.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(ended).isFalse();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String body(HttpExchange exchange) throws IOException {
    return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Status 0 stands for a chunked 200. */
  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status == 0 ? 200 : status, status == 0 ? 0 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
