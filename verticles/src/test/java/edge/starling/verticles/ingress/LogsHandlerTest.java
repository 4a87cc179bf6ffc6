package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Found;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.InvokerMessage.LogLine;
import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import edge.starling.codecs.messages.NodeId;
import edge.starling.verticles.Sample;
import io.vertx.core.Future;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogsHandlerTest {
  private static final LogLines NONE = new LogLines(true, List.of(), 0, 1, 0);

  @TempDir Path data;
  private TestNode node;

  @BeforeEach
  void start() throws Exception {
    node = new TestNode(data);
    node.members =
        new Members(List.of(new Member(TestNode.SELF, "http://a"), new Member(TestNode.PEER, "")));
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  private void provide(NodeId... providers) {
    node.lookup = ask -> new Found(new Entry(Sample.hello(1), false, List.of(providers)));
  }

  private static LogLine line(long millis, String text) {
    return new LogLine(Instant.ofEpochMilli(millis), text);
  }

  private static LogLines lines(LogLine... lines) {
    return new LogLines(true, List.of(lines), 0, lines.length + 1, 0);
  }

  private static String json(String instance, String timestamp, String text) {
    return "{\"name\":\"hello\",\"namespace\":\"openfaas-fn\",\"instance\":\"%s\",\"timestamp\":\"%s\",\"text\":\"%s\"}\n"
        .formatted(instance, timestamp, text);
  }

  private double readers() {
    return node.registry.get("starling.logs.readers").gauge().value();
  }

  /** The lines of an answer as they come. */
  private Following follow(String query) throws Exception {
    HttpRequest request = node.request("/system/logs?name=hello&follow=true" + query).build();
    return new Following(node.http.send(request, BodyHandlers.ofInputStream()));
  }

  private static final class Following implements AutoCloseable {
    final HttpResponse<InputStream> answer;
    final Queue<String> lines = new ConcurrentLinkedQueue<>();
    volatile boolean ended;

    Following(HttpResponse<InputStream> answer) {
      this.answer = answer;
      new Thread(this::read).start();
    }

    private void read() {
      try (BufferedReader reader =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          lines.add(line);
        }
        ended = true;
      } catch (IOException e) {
        // closed by the test
      }
    }

    List<String> texts() {
      return lines.stream().map(line -> line.replaceAll(".*\"text\":\"(.*)\"}", "$1")).toList();
    }

    @Override
    public void close() throws IOException {
      answer.body().close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "follow=true                     | name is missing",
        "name=Bad                        | 1 to 63 of a-z",
        "name=hello&namespace=a_b        | 1 to 63 of a-z",
        "name=hello&follow=maybe         | follow must be true, false, 1 or 0, not \"maybe\"",
        "name=hello&tail=-2              | tail must be a number of lines, or -1",
        "name=hello&tail=x               | tail must be a number of lines, or -1",
        "name=hello&since=10m            | since must be a time such as 2026-11-21T08:57:48Z",
        "name=hello&instance=nowhere     | (node-1, node-2), not \"nowhere\""
      })
  void saysWhatIsAllowed(String query, String told) throws Exception {
    provide(TestNode.SELF);

    HttpResponse<String> answer = node.get("/system/logs?" + query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
    assertThat(answer.body()).contains(told);
    await().until(() -> readers() == 0);
  }

  @Test
  void aFunctionThatNobodyKnowsIs404() throws Exception {
    HttpResponse<String> answer = node.get("/system/logs?name=hello.team");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("function hello.team not found");
    await().until(() -> readers() == 0);
  }

  @Test
  void theReasonOfAFailedDeploymentIsFoundWhereItFailed() throws Exception {
    node.log = ask -> Future.succeededFuture(lines(line(0, "cannot run here")));
    node.peersLog = ask -> Future.succeededFuture(new LogLines(false, List.of(), 0, 0, 0));

    assertThat(node.get("/system/logs?name=hello").body())
        .isEqualTo(json("node-1", "1970-01-01T00:00:00Z", "cannot run here"));
  }

  @Test
  void mergesTheLogsOfAllNodesByTime() throws Exception {
    provide(TestNode.PEER, TestNode.SELF);
    Queue<ReadLog> asked = new ConcurrentLinkedQueue<>();
    node.log =
        ask -> {
          asked.add(ask);
          return Future.succeededFuture(lines(line(2_000, "two"), line(4_500, "four")));
        };
    node.peersLog =
        ask ->
            Future.succeededFuture(
                ask.from() == 0
                    ? new LogLines(true, List.of(line(1_000, "one")), 1, 7, 0)
                    : new LogLines(true, List.of(line(3_000, "\"three\"")), 0, 8, 0));

    HttpResponse<String> answer =
        node.get(
            "/system/logs?name=hello&follow=0&tail=3&instance=&since=1970-01-01T01:00:00%2B01:00");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
    assertThat(answer.headers().firstValue("Transfer-Encoding")).hasValue("chunked");
    assertThat(answer.body())
        .isEqualTo(
            json("node-1", "1970-01-01T00:00:02Z", "two")
                + json("node-2", "1970-01-01T00:00:03Z", "\\\"three\\\"")
                + json("node-1", "1970-01-01T00:00:04.500Z", "four"));
    assertThat(asked)
        .containsExactly(new ReadLog(Sample.HELLO, 0, 3, Instant.EPOCH, 500, Duration.ZERO));
    await().until(() -> readers() == 0);
  }

  @Test
  void oneNodeAloneIsAsked() throws Exception {
    provide(TestNode.SELF, TestNode.PEER);
    node.log = ask -> Future.failedFuture("not expected");
    node.peersLog = ask -> Future.succeededFuture(lines(line(0, "of the peer")));

    assertThat(node.get("/system/logs?name=hello&instance=node-2").body())
        .isEqualTo(json("node-2", "1970-01-01T00:00:00Z", "of the peer"));
  }

  @Test
  void whoDoesNotProvideItIsAskedOnlyByName() throws Exception {
    provide(TestNode.SELF);
    node.log = ask -> Future.succeededFuture(lines(line(0, "mine")));
    node.peersLog = ask -> Future.succeededFuture(lines(line(0, "of an earlier function")));

    assertThat(node.get("/system/logs?name=hello").body()).doesNotContain("earlier");
    assertThat(node.get("/system/logs?name=hello&instance=node-2").body()).contains("earlier");
    provide();
    assertThat(node.get("/system/logs?name=hello").body()).contains("mine").contains("earlier");
  }

  @Test
  void aProviderThatDoesNotTellIsNamed() throws Exception {
    provide(TestNode.SELF, TestNode.PEER);
    node.log = ask -> Future.succeededFuture(lines(line(0, "mine")));
    node.peersLog = ask -> Future.failedFuture("broken");

    assertThat(node.get("/system/logs?name=hello").body())
        .contains("\"text\":\"mine\"")
        .contains("\"instance\":\"node-2\"", "[starling] the log of node-2 cannot be read");
  }

  @Test
  void headTellsThatThereIsALog() throws Exception {
    provide(TestNode.SELF);
    node.log = ask -> Future.succeededFuture(NONE);

    HttpResponse<String> answer =
        node.send(
            node.request("/system/logs?name=hello&follow=1")
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(200);
    await().until(() -> readers() == 0);
  }

  /** A log that can grow, and those who wait for it. */
  private static final class Growing {
    private final List<LogLine> all = Collections.synchronizedList(new java.util.ArrayList<>());
    final AtomicInteger asked = new AtomicInteger();
    private final TestNode node;

    Growing(TestNode node) {
      this.node = node;
    }

    Future<LogLines> read(ReadLog ask) {
      asked.incrementAndGet();
      int from = Math.min(all.size(), (int) Math.max(0, ask.from() - 1));
      LogLines now = new LogLines(true, all.subList(from, all.size()), 0, all.size() + 1, 0);
      return ask.patience().isZero() || !now.lines().isEmpty()
          ? Future.succeededFuture(now)
          : node.later(Duration.ofMillis(20), now);
    }
  }

  @Test
  void followsUntilTheClientGoesAndTakesInLaterProviders() throws Exception {
    Growing mine = new Growing(node);
    Growing peers = new Growing(node);
    provide(TestNode.SELF);
    node.log = mine::read;
    node.peersLog = ask -> Future.succeededFuture(new LogLines(false, List.of(), 0, 0, 0));
    mine.all.add(line(1, "before"));

    try (Following client = follow("")) {
      assertThat(client.answer.statusCode()).isEqualTo(200);
      await().until(() -> client.texts().equals(List.of("before")));
      mine.all.add(line(2, "after"));
      await().until(() -> client.texts().equals(List.of("before", "after")));

      peers.all.add(line(0, "of the peer"));
      node.peersLog = peers::read;
      provide(TestNode.SELF, TestNode.PEER);
      await().until(() -> client.texts().contains("of the peer"));

      // it ends its own part alone, and goes on where it was when it is back
      node.peersLog = ask -> Future.failedFuture("broken");
      await()
          .until(() -> client.texts().stream().anyMatch(text -> text.contains("cannot be read")));
      mine.all.add(line(3, "still here"));
      await().until(() -> client.texts().contains("still here"));
      peers.all.add(line(4, "back"));
      node.peersLog = peers::read;
      await().until(() -> client.texts().contains("back"));
      assertThat(client.texts())
          .filteredOn(text -> text.contains("cannot be read") || text.equals("of the peer"))
          .hasSize(2);
      assertThat(readers()).isEqualTo(1);
    }
    await().until(() -> readers() == 0);
    int asked = mine.asked.get();
    await().during(Duration.ofMillis(300)).until(() -> mine.asked.get() <= asked + 1);
  }

  @Test
  void aFollowerThatHasNothingToReadIsNotTakenForIdle() throws Exception {
    node.close();
    node = new TestNode(data, TestNode.limits("1MiB", "0", 10, Duration.ofMillis(200)), 1);
    Growing mine = new Growing(node);
    provide(TestNode.SELF);
    node.log = mine::read;

    try (Following client = follow("")) {
      await().during(Duration.ofSeconds(1)).until(() -> readers() == 1);
      mine.all.add(line(1, "late"));
      await().until(() -> client.texts().contains("late"));
    }
  }

  @Test
  void moreReadersThanAreAllowedAreRefused() throws Exception {
    provide(TestNode.SELF);
    node.log = new Growing(node)::read;

    try (Following one = follow("");
        Following two = follow("")) {
      assertThat(one.answer.statusCode()).isEqualTo(200);
      assertThat(two.answer.statusCode()).isEqualTo(200);
      HttpResponse<String> third = node.get("/system/logs?name=hello");
      assertThat(third.statusCode()).isEqualTo(503);
      assertThat(third.body()).contains("logs.readers");
      assertThat(third.headers().firstValue("Retry-After")).isPresent();
    }
    await().until(() -> readers() == 0);
    assertThat(node.get("/system/logs?name=hello").statusCode()).isEqualTo(200);
  }

  @Test
  void aClientThatDoesNotReadHoldsUpNothingButItself() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    provide(TestNode.SELF);
    LogLine[] many = new LogLine[500];
    for (int i = 0; i < many.length; i++) {
      many[i] = line(i, "x".repeat(100));
    }
    node.log =
        ask -> {
          asked.incrementAndGet();
          return Future.succeededFuture(
              new LogLines(true, List.of(many), 0, ask.from() + many.length, 0));
        };

    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
      client
          .getOutputStream()
          .write(
              "GET /system/logs?name=hello&follow=1 HTTP/1.1\r\nHost: x\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      AtomicInteger before = new AtomicInteger();
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(300))
          .until(() -> asked.get() > 1 && before.getAndSet(asked.get()) == asked.get());
      assertThat(node.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(readers()).isEqualTo(1);
      // and once it reads, it goes on
      int stuckAt = asked.get();
      byte[] taken = new byte[1 << 16];
      await().until(() -> client.getInputStream().read(taken) > 0 && asked.get() > stuckAt);
    }
    await().until(() -> readers() == 0);
  }

  @Test
  void aNodeThatStopsEndsTheAnswer() throws Exception {
    provide(TestNode.SELF);
    Growing mine = new Growing(node);
    mine.all.add(line(1, "one"));
    node.log = mine::read;

    try (Following client = follow("")) {
      await().until(() -> client.texts().contains("one"));
      TestNode.await(node.undeploy());
      await().until(() -> client.ended);
    }
    await().until(() -> readers() == 0);
  }
}
