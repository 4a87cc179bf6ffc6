package edge.starling.verticles.ingress;

import static edge.starling.verticles.ingress.TestNode.answer;
import static edge.starling.verticles.ingress.TestNode.limits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.messages.BodiesMessage;
import edge.starling.codecs.messages.BodiesMessage.Piece;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Request;
import edge.starling.config.HttpConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no well-behaved HTTP client sends. */
class RawHttpTest {
  private static final HttpConfig DEFAULTS = limits("32MiB", "0", 10_000, Duration.ofMinutes(2));

  @TempDir Path data;

  /** A connection that ends with the test. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;

    Client(TestNode node) throws IOException {
      socket = new Socket("127.0.0.1", node.port());
      socket.setSoTimeout(15_000);
    }

    Client send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    /** Everything until the other side closes. */
    String all() throws IOException {
      try {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      } catch (SocketException e) {
        return "";
      }
    }

    /** Until this has come. */
    String until(String text) throws IOException {
      StringBuilder got = new StringBuilder();
      InputStream in = socket.getInputStream();
      while (got.indexOf(text) < 0) {
        int next = in.read();
        if (next < 0) {
          return got.toString();
        }
        got.append((char) next);
      }
      return got.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static String get(String target, String... fields) {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + String.join("", fields) + "\r\n";
  }

  @Test
  void dropsHopByHopFieldsAndThoseThatConnectionNames() throws Exception {
    try (TestNode node = new TestNode(data);
        Client client = new Client(node)) {
      client.send(
          get(
              "/function/hello",
              "Connection: close, X-Hop\r\n",
              "X-Hop: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nUpgrade: h2c\r\n",
              "Proxy-Authorization: x\r\nProxy-Connection: y\r\nX-Stays: 1\r\n"));
      assertThat(client.all()).startsWith("HTTP/1.1 200 ");
      Request request = node.routed.element().request();
      assertThat(request.headers().namesAndValues())
          .contains("X-Stays", "Host")
          .doesNotContain(
              "Connection",
              "X-Hop",
              "Keep-Alive",
              "TE",
              "Upgrade",
              "Proxy-Authorization",
              "Proxy-Connection");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/function/hello/../../x",
        "/function/hello/%2e%2e/%2e%2e/x",
        "/function/hello/..%2f..%2fx",
        "/function/hello/..\\x",
        "/function/hello/%00",
        "/function/hello/%zz"
      })
  void aPathThatLeavesItsFunctionIs400(String target) throws Exception {
    try (TestNode node = new TestNode(data);
        Client client = new Client(node)) {
      client.send(get(target, "Connection: close\r\n"));
      assertThat(client.all()).startsWith("HTTP/1.1 400 ").contains("the path ");
      assertThat(node.routed).isEmpty();
    }
  }

  @Test
  void takesWholeUrlsAsTargets() throws Exception {
    try (TestNode node = new TestNode(data);
        Client client = new Client(node)) {
      client.send(get("http://h/function/hello/a?b", "Connection: close\r\n"));
      assertThat(client.all()).startsWith("HTTP/1.1 200 ");
      assertThat(node.routed.element().request().path()).isEqualTo("/a");
    }
  }

  @Test
  void answersHttp10AndCloses() throws Exception {
    try (TestNode node = new TestNode(data);
        Client client = new Client(node)) {
      node.router = route -> Future.succeededFuture(answer(Body.of(new byte[100_000])));
      client.send("GET /function/hello HTTP/1.0\r\n\r\n");
      assertThat(client.all()).startsWith("HTTP/1.0 200 ").hasSizeGreaterThan(100_000);
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws Exception {
    try (TestNode node = new TestNode(data);
        Client client = new Client(node)) {
      node.router = route -> Future.succeededFuture(answer(Body.utf8(route.request().path())));
      client.send(get("/function/a/1") + get("/function/a/2", "Connection: close\r\n"));
      assertThat(client.all()).containsSubsequence("/1", "/2");
    }
  }

  @Test
  void tooLongLinesAre414AndTooLargeHeaders431() throws Exception {
    try (TestNode node = new TestNode(data)) {
      try (Client client = new Client(node)) {
        client.send(get("/function/hello/" + "a".repeat(9_000)));
        assertThat(client.all()).startsWith("HTTP/1.").contains(" 414 ").contains("uri-too-long");
      }
      try (Client client = new Client(node)) {
        client.send(get("/function/hello", "X-Big: " + "a".repeat(17_000) + "\r\n"));
        assertThat(client.all())
            .startsWith("HTTP/1.")
            .contains(" 431 ")
            .contains("headers-too-large");
      }
      try (Client client = new Client(node)) {
        client.send("GET / HTTP/1.1\r\nno field\r\n\r\n");
        assertThat(client.all()).startsWith("HTTP/1.").contains(" 400 ");
      }
      try (Client client = new Client(node)) {
        client.send("POST /function/hello HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n");
        assertThat(client.all()).startsWith("HTTP/1.").contains(" 400 ", "problem:malformed");
      }
    }
  }

  @Test
  void aBodyOverTheLimitIs413BeforeItIsRead() throws Exception {
    try (TestNode node = new TestNode(data, limits("1KiB", "0", 10, Duration.ofMinutes(2)), 1);
        Client client = new Client(node)) {
      client.send(
          "POST /function/hello HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n"
              + "Expect: 100-continue\r\n\r\n");
      assertThat(client.all())
          .startsWith("HTTP/1.1 413 ")
          .containsIgnoringCase("connection: close")
          .contains("http.max-body")
          .doesNotContain("100 Continue");
      assertThat(node.routed).isEmpty();
    }
  }

  @Test
  void aChunkedBodyOverTheLimitIs413OnceItIs() throws Exception {
    try (TestNode node = new TestNode(data, limits("1KiB", "0", 10, Duration.ofMinutes(2)), 1);
        Client client = new Client(node)) {
      client.send(
          "POST /function/hello HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "800\r\n"
              + "a".repeat(0x800)
              + "\r\n");
      assertThat(client.all()).startsWith("HTTP/1.1 413 ");
      await().until(() -> node.inFlight() == 0);
    }
  }

  @Test
  void bytesInFlightOverTheLimitAre503() throws Exception {
    try (TestNode node = new TestNode(data, limits("1KiB", "1KiB", 10, Duration.ofMinutes(2)), 1);
        Client holder = new Client(node);
        Client client = new Client(node)) {
      Promise<Outcome> held = Promise.promise();
      node.router = route -> held.future();
      holder.send(
          "POST /function/hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n"
              + "a".repeat(1_000));
      await().until(() -> node.routed.size() == 1);
      client.send(
          "POST /function/hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 100\r\n\r\n"
              + "a".repeat(100));
      assertThat(client.all())
          .startsWith("HTTP/1.1 503 ")
          .containsIgnoringCase("retry-after: 1")
          .contains("http.bytes-in-flight");
      held.complete(answer(Body.EMPTY));
      assertThat(holder.all()).startsWith("HTTP/1.1 200 ");
      await().until(() -> node.inFlight() == 0);
    }
  }

  @Test
  void honoursExpectations() throws Exception {
    try (TestNode node = new TestNode(data)) {
      try (Client client = new Client(node)) {
        client.send(
            "POST /function/hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n"
                + "Expect: 100-continue\r\n\r\n");
        assertThat(client.until("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
        client.send("ok");
        assertThat(client.all()).startsWith("HTTP/1.1 200 ").endsWith("ok");
      }
      try (Client client = new Client(node)) {
        client.send(
            "POST /function/hello HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: magic\r\n\r\n");
        assertThat(client.all()).startsWith("HTTP/1.1 417 ");
      }
    }
  }

  @Test
  void aHangUpCancelsTheCallAndFreesItsBytes() throws Exception {
    try (TestNode node = new TestNode(data)) {
      node.router = route -> Promise.<Outcome>promise().future();
      try (Client client = new Client(node)) {
        client.send("POST /function/hello HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
        await().until(() -> node.routed.size() == 1);
        assertThat(node.inFlight()).isEqualTo(4);
      }
      await()
          .untilAsserted(
              () -> assertThat(node.cancelled).containsExactly(node.routed.element().id().value()));
      await().until(() -> node.inFlight() == 0);
    }
  }

  @Test
  void aHangUpBeforeTheWholeBodyFreesItsBytesAndRoutesNothing() throws Exception {
    try (TestNode node = new TestNode(data)) {
      try (Client client = new Client(node)) {
        client.send("POST /function/hello HTTP/1.1\r\nHost: h\r\nContent-Length: 400\r\n\r\nbody");
        await().until(() -> node.inFlight() == 400);
      }
      await().until(() -> node.inFlight() == 0);
      assertThat(node.routed).isEmpty();
    }
  }

  @Test
  void aHangUpDuringAnUploadLeavesNoFile() throws Exception {
    Path uploads = data.resolve("uploads");
    try (TestNode node = new TestNode(data)) {
      try (Client client = new Client(node)) {
        client.send(
            "POST /functions/deployments HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n"
                + "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"handler\"; filename=\"a\"\r\n\r\n"
                + "a".repeat(20_000));
        await().until(() -> !isEmpty(uploads));
        assertThat(permissions(uploads)).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(uploads)) {
          assertThat(files).allMatch(file -> permissions(file).equals("rw-------"));
        }
      }
      await().until(() -> isEmpty(uploads));
      assertThat(node.deployed).isEmpty();
    }
  }

  private static String form(String method, String target, String type, String body) {
    return method
        + " "
        + target
        + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: "
        + type
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static void assertProblem(String answer, int status) {
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status + " ")
        .containsIgnoringCase("content-type: application/problem+json")
        .containsIgnoringCase("connection: close")
        .containsIgnoringCase("x-call-id: ")
        .contains("\"detail\":\"");
    assertThat(answer.split("HTTP/1\\.1 \\d{3} ", -1)).as("one answer").hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--abc",
        "--abc\r\nContent-Disposition: form-data; name=\"handler\"; filename=\"x.py\"",
        "--abc\r\nContent-Disposition: form-data; name=\"handler\"; filename=\"x.py\"\r\n\r\ndef handle",
        "--abc\r\nContent-Disposition: form-data; name=\"handler\"; filename=\"x.py\"\r\n\r\ndef\r\n--abc\r\n"
            + "Content-Disposition: form-data; name=\"env\"\r\n\r\nA=1"
      })
  void aFormThatIsCutOffIs400AtOnceAndLeavesNoFile(String body) throws Exception {
    Path uploads = data.resolve("uploads");
    try (TestNode node = new TestNode(data)) {
      String type = "multipart/form-data; boundary=abc";
      for (String begin :
          new String[] {"POST /functions/deployments", "PUT /functions/deployments/x"}) {
        if (body.isEmpty() && begin.startsWith("PUT")) {
          continue; // that joins the providers
        }
        String[] words = begin.split(" ");
        try (Client client = new Client(node)) {
          client.send(form(words[0], words[1], type, body));
          String answer = client.all();
          assertProblem(answer, 400);
          assertThat(answer).contains("cut off");
        }
      }
      await().until(() -> isEmpty(uploads));
      assertThat(node.deployed).isEmpty();
    }
  }

  @Test
  void aFormThatCannotBeReadIs400AndNamesWhatIsWrong() throws Exception {
    String part = "--b\r\nContent-Disposition: form-data";
    String[][] wrong = {
      {"multipart/form-data; boundary=", part, "boundary"},
      {"multipart/form-data", part, "multipart/form-data"},
      {"multipart/form-data; boundary=b", part + "\r\n\r\nx\r\n--b--", "name="},
      {
        "multipart/form-data; boundary=b",
        part + "; name=\"env\"\r\nContent-Type: text/plain; charset=nope\r\n\r\nx\r\n--b--",
        "a charset that is not known here"
      },
      {
        "multipart/form-data; boundary=b",
        part + "; name=\"env\"\r\n\r\n" + (char) 0xff + "\r\n--b--",
        "\\\"env\\\" is not written in UTF-8"
      },
      {
        "multipart/form-data; boundary=b",
        part + "; name=\"env\"\r\n\r\n" + "x".repeat(300_000) + "\r\n--b--",
        "\\\"env\\\" the fields that are no files have more than the 262144 bytes"
      }
    };
    try (TestNode node = new TestNode(data)) {
      for (String[] request : wrong) {
        try (Client client = new Client(node)) {
          client.send(form("POST", "/functions/deployments", request[0], request[1]));
          String answer = client.all();
          assertProblem(answer, 400);
          assertThat(answer).contains(request[2]);
        }
      }
      assertThat(node.deployed).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/functions/%zz", "/functions?prefix=%zz", "*", "/%"})
  void aTargetThatCannotBeReadIs400(String target) throws Exception {
    try (TestNode node = new TestNode(data);
        Client client = new Client(node)) {
      client.send(get(target, "Connection: close\r\n"));
      assertProblem(client.all(), 400);
    }
  }

  @Test
  void bytesInATargetThatAreNoTextAreNoFault() throws Exception {
    try (TestNode node = new TestNode(data);
        Client client = new Client(node)) {
      client.send(get("/functions/%ff%00", "Connection: close\r\n"));
      assertProblem(client.all(), 404);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/3.7\r\nHost: h\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"
      })
  void otherVersionsAre505AndTheConnectionCloses(String request) throws Exception {
    try (TestNode node = new TestNode(data);
        Client client = new Client(node)) {
      client.send(request);
      assertProblem(client.all(), 505);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: \u000bchunked\r\nContent-Length: 4\r\n",
        "Transfer-Encoding:\r\nContent-Length: 4\r\n"
      })
  void anUnknownTransferCodingIsNeverTakenForABody(String fields) throws Exception {
    try (TestNode node = new TestNode(data);
        Client client = new Client(node)) {
      client.send(
          "POST /function/hello HTTP/1.1\r\nHost: h\r\n"
              + fields
              + "\r\n0\r\n\r\nGET /function/smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
      String answer = client.all();
      assertThat(answer).containsPattern("^HTTP/1.[01] (501|400) ").contains("problem:");
      assertThat(node.routed).isEmpty();
    }
  }

  @Test
  void aRequestBehindOneThatIsRefusedIsNotHeard() throws Exception {
    try (TestNode node = new TestNode(data);
        Client client = new Client(node)) {
      Promise<Outcome> first = Promise.promise();
      node.router = route -> first.future();
      client.send(
          get("/function/first")
              + get("/function/coded", "Transfer-Encoding: x\r\n")
              + get("/function/smuggled"));
      await().until(() -> !node.routed.isEmpty());
      first.complete(answer(Body.utf8("done")));
      assertThat(client.all()).startsWith("HTTP/1.1 200 ").contains("done", "HTTP/1.1 501 ");
      assertThat(node.routed).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-4", "zz", "FFFFFFFFFFFFFFFFFF", "7fffffff00000000", ""})
  void aBrokenChunkIs400AndTheConnectionCloses(String length) throws Exception {
    String head = " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n";
    String form = "Content-Type: multipart/form-data; boundary=b\r\n";
    String part =
        "--b\r\nContent-Disposition: form-data; name=\"handler\"; filename=\"a\"\r\n\r\nxyz";
    String chunk = Integer.toHexString(part.length()) + "\r\n" + part + "\r\n";
    try (TestNode node = new TestNode(data)) {
      for (String request :
          new String[] {
            "POST /function/hello" + head + "\r\n",
            "POST /functions/hello/executions" + head + "\r\n3\r\n{  \r\n",
            "POST /functions/deployments" + head + form + "\r\n" + chunk
          }) {
        try (Client client = new Client(node)) {
          client.send(request + length + "\r\nabcd\r\n0\r\n\r\n" + get("/function/smuggled"));
          String answer = client.all();
          assertProblem(answer, 400);
          assertThat(answer).contains("chunk");
        }
      }
      await().until(() -> isEmpty(data.resolve("uploads")));
      await().until(() -> node.inFlight() == 0);
      assertThat(node.routed).isEmpty();
      assertThat(node.deployed).isEmpty();
    }
  }

  private static String permissions(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  @Test
  void aClientThatDoesNotReadHoldsNoFurtherPieces() throws Exception {
    long length = 30L << 20;
    AtomicInteger read = new AtomicInteger();
    try (TestNode node = new TestNode(data)) {
      node.bodies =
          ask -> {
            read.incrementAndGet();
            int bytes = (int) Math.min(BodiesMessage.PIECE_BYTES, length - ask.offset());
            return Future.succeededFuture(new Piece(Bytes.wrap(new byte[bytes])));
          };
      node.router =
          route ->
              Future.succeededFuture(
                  answer(Body.held(new BodyHandle(TestNode.PEER, "key", length))));
      try (Client client = new Client(node)) {
        client.send(get("/function/hello"));
        await()
            .during(Duration.ofMillis(300))
            .until(read::get, pieces -> pieces > 0 && pieces < length / BodiesMessage.PIECE_BYTES);
      }
      await().untilAsserted(() -> assertThat(node.released).containsExactly("key"));
    }
  }

  @Test
  void connectionsOverTheLimitAreClosedAtOnce() throws Exception {
    try (TestNode node = new TestNode(data, limits("1KiB", "0", 1, Duration.ofMinutes(2)), 1);
        Client first = new Client(node)) {
      first.send(get("/healthz"));
      assertThat(first.until("\"}")).startsWith("HTTP/1.1 200 ");
      try (Client second = new Client(node)) {
        assertThat(second.all()).isEmpty();
      }
      await()
          .until(
              () -> node.registry.get("starling.http.connections.refused").counter().count() == 1);
      first.send(get("/healthz"));
      assertThat(first.until("\"}")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void idleConnectionsAreClosedButNotWhileAFunctionWorks() throws Exception {
    HttpConfig brief = limits("1KiB", "0", 10, Duration.ofMillis(200));
    try (TestNode node = new TestNode(data, brief, 1)) {
      try (Client silent = new Client(node);
          Client half = new Client(node);
          Client trickling = new Client(node)) {
        half.send("GET /function/hel");
        trickling.send("POST /function/hello HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\na");
        assertThat(silent.all()).isEmpty();
        assertThat(half.all()).isEmpty();
        assertThat(trickling.all()).isEmpty();
      }
      assertThat(node.routed).isEmpty();
      node.router = route -> node.later(Duration.ofSeconds(1), answer(Body.utf8("late")));
      try (Client waiting = new Client(node)) {
        waiting.send(get("/function/hello"));
        assertThat(waiting.until("late")).startsWith("HTTP/1.1 200 ").endsWith("late");
      }
    }
  }

  @Test
  void severalListenersShareAPort() throws Exception {
    try (TestNode node = new TestNode(data, DEFAULTS, 2)) {
      for (int i = 0; i < 4; i++) {
        try (Client client = new Client(node)) {
          client.send(get("/healthz", "Connection: close\r\n"));
          assertThat(client.all()).startsWith("HTTP/1.1 200 ");
        }
      }
    }
  }
}
