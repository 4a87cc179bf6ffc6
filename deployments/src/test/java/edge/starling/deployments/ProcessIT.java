package edge.starling.deployments;

import static edge.starling.deployments.Http.header;
import static edge.starling.deployments.Http.json;
import static edge.starling.deployments.Http.problem;
import static edge.starling.deployments.Http.text;
import static edge.starling.deployments.TestCluster.SLUGIFY;
import static edge.starling.deployments.TestCluster.WORDCOUNT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Functions in processes of their own: they live on the first of two nodes, the second is called.
 */
class ProcessIT {
  private static final String TELLS_ALL =
      """
      def handle(event, context):
          answer = event.query.get("answer", "json")
          if answer == "bytes":
              return {"statusCode": 201, "body": event.body[::-1], "headers": {"X-Was": "bytes"}}
          if answer == "text":
              return {"statusCode": 404, "body": "näy", "headers": {"Content-Type": "text/x-nay"}}
          return {
              "statusCode": 200,
              "body": {
                  "method": event.method,
                  "path": event.path,
                  "query": event.query,
                  "all": event.query.getlist("x"),
                  "header": event.headers.get("x-custom"),
                  "body": event.body.decode(),
                  "function": context.function_name,
                  "call": context.call_id,
              },
          }
      """;

  @TempDir private static Path folder;
  private static TestCluster cluster;

  @BeforeAll
  static void start() throws IOException {
    cluster = TestCluster.of(2);
    deployed(cluster.deploy(0, "tells-all", file("handler.py", TELLS_ALL)));
  }

  @AfterAll
  static void stop() {
    try (TestCluster idle = cluster) {
      idle.awaitIdle();
    }
  }

  @Test
  void aPlainHandlerGetsTextAndReturnsText() {
    deployed(cluster.deploy(0, "wordcount", WORDCOUNT));

    HttpResponse<byte[]> answer = cluster.call(1, "wordcount", "tea für two für tea");

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(json(answer).toString()).contains("\"für\":2", "\"two\":1");
    assertThat(header(answer, "X-Served-By")).isEqualTo("n0");
  }

  @Test
  void anEventHandlerSeesTheWholeCall() {
    HttpResponse<byte[]> answer =
        cluster.send(
            cluster
                .request(1, "/function/tells-all/a/b%20c?x=1&x=2&y=%C3%A9")
                .header("X-Custom", "one")
                .method("PATCH", BodyPublishers.ofString("bödy"))
                .build());

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
    JsonNode told = json(answer);
    assertThat(told.get("method").asText()).isEqualTo("PATCH");
    assertThat(told.get("path").asText()).isEqualTo("/a/b%20c");
    assertThat(told.get("query")).isEqualTo(json("{\"x\": \"1\", \"y\": \"é\"}"));
    assertThat(Http.texts(told.get("all"))).containsExactly("1", "2");
    assertThat(told.get("header").asText()).isEqualTo("one");
    assertThat(told.get("body").asText()).isEqualTo("bödy");
    assertThat(told.get("function").asText()).isEqualTo("tells-all");
    assertThat(told.get("call").asText()).isEqualTo(header(answer, "X-Call-Id"));
  }

  @Test
  void withoutAPathTheEventHasTheRoot() {
    JsonNode told = json(cluster.execute(1, "tells-all", "{\"http_method\": \"DELETE\"}"));

    assertThat(told.get("path").asText()).isEqualTo("/");
    assertThat(told.get("method").asText()).isEqualTo("DELETE");
    assertThat(told.get("query")).isEmpty();
    assertThat(told.get("body").asText()).isEmpty();
  }

  @Test
  void anEventHandlerSetsStatusHeadersAndBytes() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[bytes.length - 1 - i] = (byte) i;
    }

    HttpResponse<byte[]> answer = cluster.call(1, "tells-all?answer=bytes", bytes);

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
    assertThat(header(answer, "X-Was")).isEqualTo("bytes");
    assertThat(header(answer, "Content-Type")).isEqualTo("application/octet-stream");
    assertThat(answer.body()).hasSize(256).startsWith(0, 1, 2, 3).endsWith(254, 255);

    HttpResponse<byte[]> notFound = cluster.call(1, "tells-all?answer=text", "x");
    assertThat(notFound.statusCode()).isEqualTo(404);
    assertThat(header(notFound, "Content-Type")).isEqualTo("text/x-nay");
    assertThat(text(notFound)).isEqualTo("näy");
  }

  @Test
  void aHandlerServesAsManyCallsAtOnceAsThereAreSlots() throws IOException {
    // Each call waits until eight are there.
    deployed(
        cluster.deploy(
            0,
            "meet",
            file(
                "meet.py",
                """
                import threading

                barrier = threading.Barrier(8)

                def handle(req):
                    return str(barrier.wait(30) < 8)
                """)));

    List<CompletableFuture<HttpResponse<byte[]>>> calls =
        IntStream.range(0, 16).mapToObj(i -> cluster.callLater(1, "meet", "x")).toList();

    assertThat(calls).allSatisfy(call -> assertThat(text(call.join())).isEqualTo("True"));
  }

  @Test
  void requirementsAreInstalled() throws Exception {
    assumeTrue(hasPackageIndex(), "pip reaches no package index");
    HttpResponse<byte[]> deployed =
        cluster.deploy(
            0,
            "slugify",
            SLUGIFY.resolve("handler.py"),
            "requirements",
            SLUGIFY.resolve("requirements.txt").toString());

    assertThat(deployed.statusCode()).as(text(deployed)).isEqualTo(201);
    assertThat(text(cluster.call(1, "slugify", "Déjà vu, encore!")))
        .isEqualTo("{\"slug\": \"deja-vu-encore\"}");
    HttpResponse<byte[]> inQuery = cluster.get(1, "/function/slugify?text=Two%20words&separator=_");
    assertThat(text(inQuery)).isEqualTo("{\"slug\": \"two_words\"}");
  }

  @Test
  void anExecutableIsStartedForEachCall() throws IOException {
    Path script =
        file(
            "tell.sh",
            """
            #!/bin/sh
            echo "$$ $Http_Method $Http_Path $Http_Query $Greeting"
            exec cat
            """);
    assertThat(problem(cluster.deploy(0, "tell", script), 422, "unfit")).contains("runtime");
    deployed(cluster.deploy(0, "tell", script, "runtime", "process", "env", "Greeting=hello"));

    String one = text(cluster.call(1, "tell/a?b=c", "body"));
    String other = text(cluster.call(1, "tell/a?b=c", "body"));

    assertThat(one).matches("\\d+ POST /a b=c hello\nbody");
    assertThat(other).endsWith("POST /a b=c hello\nbody").isNotEqualTo(one);
    byte[] large = new byte[3_000_000];
    assertThat(cluster.call(1, "tell", large).body()).hasSizeGreaterThan(large.length);
  }

  @Test
  void anUpdateOfAnExecutableThatServesHttpLosesNoCall() throws IOException {
    Path server =
        file(
            "server",
            """
            #!/usr/bin/env python3
            import http.server, os

            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"

                def do_POST(self):
                    self.rfile.read(int(self.headers["Content-Length"]))
                    answer = (self.path + " " + os.environ["number"]).encode()
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)

            address = ("127.0.0.1", int(os.environ["PORT"]))
            http.server.ThreadingHTTPServer(address, Handler).serve_forever()
            """);
    deployed(
        cluster.deploy(
            0, "web", server, "runtime", "process", "env", "mode=http", "env", "number=1"));
    deployed(cluster.put(1, "web", null));

    AtomicBoolean updated = new AtomicBoolean();
    List<CompletableFuture<List<String>>> clients =
        IntStream.range(0, 8)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> callUntil(updated)))
            .toList();
    for (int number = 2; number <= 4; number++) {
      HttpResponse<byte[]> update =
          cluster.put(0, "web", server, "env", "mode=http", "env", "number=" + number);
      assertThat(update.statusCode()).as(text(update)).isEqualTo(200);
    }
    updated.set(true);

    assertThat(clients)
        .allSatisfy(
            client -> assertThat(client.join()).isNotEmpty().allMatch("200 /a?b=c"::equals));
    assertThat(text(cluster.call(1, "web/a?b=c", ""))).isEqualTo("/a?b=c 4");
  }

  @Test
  void anExecutableHasTheLimitsOfItsWatchdog() throws IOException {
    Path script = file("endless.sh", "#!/bin/sh\nexec sleep 600\n");
    deployed(
        cluster.deploy(
            0,
            "endless",
            script,
            "runtime",
            "process",
            "env",
            "max_inflight=1",
            "env",
            "exec_timeout=3s"));

    CompletableFuture<HttpResponse<byte[]>> first = cluster.callLater(1, "endless", "x");
    TestCluster.eventually(
        () -> assertThat(cluster.counts(0, "endless").get("running").asInt()).isEqualTo(1));
    HttpResponse<byte[]> second = cluster.call(1, "endless", "x");

    problem(second, 429, "function-full");
    assertThat(header(second, "Retry-After")).isEqualTo("1");
    assertThat(problem(first.join(), 504, "deadline")).contains("exec_timeout");

    HttpResponse<byte[]> bad = cluster.put(0, "endless", script, "env", "mode=static");
    assertThat(problem(bad, 422, "unfit")).contains("mode is http");
  }

  private static List<String> callUntil(AtomicBoolean end) {
    List<String> answers = new ArrayList<>();
    while (!end.get()) {
      HttpResponse<byte[]> answer = cluster.call(answers.size() % 2, "web/a?b=c", "body");
      answers.add(answer.statusCode() + " " + text(answer).replaceFirst(" [1-4]$", ""));
    }
    return answers;
  }

  private static void deployed(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
  }

  private static Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static boolean hasPackageIndex() throws Exception {
    Process pip =
        new ProcessBuilder(
                "python3",
                "-m",
                "pip",
                "download",
                "--no-deps",
                "--quiet",
                "--retries",
                "1",
                "--timeout",
                "5",
                "--dest",
                folder.toString(),
                "--requirement",
                SLUGIFY.resolve("requirements.txt").toString())
            .inheritIO()
            .start();
    try {
      return pip.waitFor(30, TimeUnit.SECONDS) && pip.exitValue() == 0;
    } finally {
      pip.destroyForcibly();
    }
  }
}
