package edge.starling.deployments;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCommandsTest {
  private static final String DEPLOYED =
      "{\"name\":\"hello\",\"version\":\"1-0f1e2d3c4b5a\",\"providers\":[\"node-1\",\"node-2\"]}";

  @TempDir private Path folder;
  private RecordingServer node;

  @BeforeEach
  void start() throws IOException {
    node = new RecordingServer();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void deploySendsAFormThatAnyServerReads() throws IOException {
    byte[] code = {0, 'a', 's', 'm', 1, 0, 0, 0, '\r', '\n', '-', '-', (byte) 0xff};
    Path handler = Files.write(folder.resolve("hello.wasm"), code);
    Path requirements = Files.writeString(folder.resolve("requirements.txt"), "flask\n");
    node.answerJson(201, DEPLOYED);

    Ran ran =
        starling(
            "deploy",
            handler.toString(),
            "--name=hello",
            "--requirements=" + requirements,
            "--runtime=wasm",
            "--memory-mb=32",
            "--timeout=2.5s",
            "--env=GREETING=Grüße, \"you\"",
            "--env=EMPTY=",
            "--label=team=edge",
            "--capacity=rate:10",
            "--policy=static:here=0.6");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).isEqualTo("hello 1-0f1e2d3c4b5a is deployed on node-1, node-2\n");
    assertThat(node.only().method()).isEqualTo("POST");
    assertThat(node.only().path()).isEqualTo("/functions/deployments");
    Multipart form = Multipart.parse(node.only());
    assertThat(form.texts())
        .containsEntry("name", "hello")
        .containsEntry("runtime", "wasm")
        .containsEntry("memory_mb", "32")
        .containsEntry("timeout_ms", "2500")
        .containsEntry("env", "{\"GREETING\":\"Grüße, \\\"you\\\"\",\"EMPTY\":\"\"}")
        .containsEntry("labels", "{\"team\":\"edge\"}")
        .containsEntry("capacity", "rate:10")
        .containsEntry("policy", "static:here=0.6")
        .hasSize(8);
    assertThat(form.file("handler").name()).isEqualTo("hello.wasm");
    assertThat(form.file("handler").bytes()).isEqualTo(code);
    assertThat(form.file("requirements").name()).isEqualTo("requirements.txt");
    assertThat(form.file("requirements").bytes()).asString().isEqualTo("flask\n");
  }

  @Test
  void whoManagesSaysWhoTheyAreAndFunctionsDoNotHearIt() throws IOException {
    Path password = Files.writeString(folder.resolve("password"), "p:w\n");
    node.answerJson(200, "{\"functions\":[]}");
    assertThat(starling("list", "--user=ops", "--password-file=" + password).exitCode()).isZero();
    assertThat(node.only().headers())
        .containsEntry(
            "authorization",
            "Basic " + Base64.getEncoder().encodeToString("ops:p:w".getBytes(UTF_8)));

    node.answerJson(200, "{}");
    assertThat(starling("invoke", "hello", "--password=p").exitCode()).isZero();
    assertThat(node.asked().get(1).headers()).doesNotContainKey("authorization");
  }

  @Test
  void deployNamesOnlyWhatTheUserNames() throws IOException {
    Path handler = Files.writeString(folder.resolve("hello.py"), "pass");
    node.answerJson(201, DEPLOYED);

    assertThat(starling("deploy", handler.toString()).exitCode()).isZero();

    assertThat(Multipart.parse(node.only()).texts()).isEmpty();
  }

  @Test
  void updatePutsToTheNameAndWarnsOfWhoWasWithdrawn() throws IOException {
    Path handler = Files.writeString(folder.resolve("hello.py"), "pass");
    node.answerJson(
        200,
        "{\"name\":\"hello\",\"version\":\"2-aa\",\"providers\":[\"a\"],"
            + "\"withdrawn\":[{\"node\":\"b\",\"problem\":\"no space\"}]}");

    Ran ran = starling("deploy", handler.toString(), "--update", "--name=hello.team-a");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).isEqualTo("warning: withdrawn from b: no space\n");
    assertThat(node.only().method()).isEqualTo("PUT");
    assertThat(node.only().path()).isEqualTo("/functions/deployments/hello.team-a");
    assertThat(Multipart.parse(node.only()).texts()).doesNotContainKey("name");
  }

  @Test
  void updateWithoutAFileMakesTheNodeAProvider() {
    node.answerJson(201, DEPLOYED);

    assertThat(starling("deploy", "--update", "--name=hello").exitCode()).isZero();

    assertThat(node.only().method()).isEqualTo("PUT");
    assertThat(node.only().body()).isEmpty();
  }

  @Test
  void configureSendsWhatIsToChangeAndTellsWhoHasChanged() {
    node.answerJson(200, "{\"settings\":{},\"live\":[],\"nodes\":[\"a\",\"b\"]}");

    Ran ran =
        starling("configure", "--everywhere", "routing.policy=static:here=0.6", "routing.hops=2");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).isEqualTo("changed on a, b\n");
    assertThat(node.only().method()).isEqualTo("PUT");
    assertThat(node.only().path()).isEqualTo("/configuration?everywhere=true");
    assertThat(node.only().text())
        .isEqualTo("{\"routing.policy\":\"static:here=0.6\",\"routing.hops\":\"2\"}");
  }

  @Test
  void configureWithoutSettingsShowsThoseInForce() {
    node.answerJson(
        200,
        "{\"settings\":{\"name\":\"\",\"routing\":{\"policy\":\"local-first\",\"hops\":1},"
            + "\"cluster\":{\"join\":[\"a:1\",\"b:2\"]}},\"live\":[\"routing.hops\"]}");

    Ran ran = starling("configure");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "SETTING VALUE LIVE",
            "name -",
            "routing.policy local-first -",
            "routing.hops 1 yes",
            "cluster.join a:1, b:2 -");
    assertThat(node.only().method()).isEqualTo("GET");
    assertThat(node.only().path()).isEqualTo("/configuration");
  }

  @Test
  void configureRefusesWhatIsNoSettingWithoutAskingTheNode() {
    assertThat(starling("configure", "--everywhere").exitCode()).isEqualTo(2);
    assertThat(starling("configure", "routing.hops").exitCode()).isEqualTo(2);
    assertThat(node.asked()).isEmpty();
  }

  @Test
  void showsTheNodesProblemAndFails() throws IOException {
    Path handler = Files.writeString(folder.resolve("hello.py"), "pass");
    node.answer(
        409,
        "application/problem+json",
        "{\"title\":\"Name taken\",\"status\":409,\"detail\":\"there is a hello already\"}"
            .getBytes(StandardCharsets.UTF_8));

    Ran ran = starling("deploy", handler.toString(), "--name=hello");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).isEqualTo("Name taken: there is a hello already\n");
  }

  @Test
  void invokePassesBytesBothWays() throws IOException {
    byte[] body = {0, 1, 2, (byte) 0xfe, (byte) 0xff};
    node.answer(200, "application/octet-stream", body);

    Ran ran =
        starling(
            "invoke",
            "hello",
            "--file=" + Files.write(folder.resolve("body"), body),
            "--path=/a%20b?q=1",
            "-H",
            "X-One: 1",
            "-HX-Two:two: 2",
            "--timeout=2500ms");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.outBytes()).isEqualTo(body);
    assertThat(node.only().method()).isEqualTo("POST");
    assertThat(node.only().path()).isEqualTo("/function/hello/a%20b?q=1");
    assertThat(node.only().body()).isEqualTo(body);
    assertThat(node.only().headers())
        .containsEntry("X-One", "1")
        .containsEntry("X-Two", "two: 2")
        .containsEntry("X-Timeout", "2.5s")
        .containsEntry("Content-Type", "application/octet-stream");
  }

  @Test
  void invokeReadsStandardInputOnlyWhenAsked() {
    byte[] input = "from a pipe".getBytes(StandardCharsets.UTF_8);
    node.answerJson(200, "1").answerJson(200, "2");

    assertThat(Ran.starling(input, "invoke", "hello", "--file=-", url()).out()).isEqualTo("1");
    assertThat(Ran.starling(input, "invoke", "hello", url()).out()).isEqualTo("2");

    assertThat(node.asked().get(0).text()).isEqualTo("from a pipe");
    assertThat(node.asked().get(1).body()).isEmpty();
  }

  @Test
  void invokeTakesAnyMethodAndOneContentType() {
    node.answerJson(200, "{}");

    starling("invoke", "hello", "-X", "patch", "-d", "ä", "-H", "content-type: text/csv");

    assertThat(node.only().method()).isEqualTo("PATCH");
    assertThat(node.only().body()).isEqualTo("ä".getBytes(StandardCharsets.UTF_8));
    assertThat(node.only().headers()).containsEntry("Content-Type", "text/csv");
  }

  @Test
  void aFunctionsOwnErrorGoesToStandardOutputAndFails() {
    node.answer(418, "text/plain", "teapot".getBytes(StandardCharsets.UTF_8));

    Ran ran = starling("invoke", "hello");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEqualTo("teapot");
    assertThat(ran.err()).isEqualTo("the answer has status 418\n");
  }

  @Test
  void includeShowsStatusAndHeadersFirst() {
    node.answer(200, "text/plain", "hi".getBytes(StandardCharsets.UTF_8));

    assertThat(starling("invoke", "hello", "-i").out())
        .startsWith("HTTP/1.1 200\n")
        .contains("content-type: text/plain\n")
        .endsWith("\n\nhi");
  }

  @Test
  void listFollowsThePages() {
    node.answerJson(
            200,
            "{\"functions\":[{\"name\":\"a-1\",\"version\":\"1-aa\",\"runtime\":\"wasm\","
                + "\"form\":\"wasm\",\"providers\":[\"n1\",\"n2\"]}],"
                + "\"next\":\"/functions?prefix=a-&after=a-1\"}")
        .answerJson(
            200,
            "{\"functions\":[{\"name\":\"a-2\",\"version\":\"12-bb\",\"runtime\":\"process\","
                + "\"form\":\"python\",\"providers\":[]}]}");

    assertThat(starling("list", "--prefix=a-").out())
        .isEqualTo(
            "NAME  VERSION  RUNTIME  FORM    PROVIDERS\n"
                + "a-1   1-aa     wasm     wasm    n1, n2\n"
                + "a-2   12-bb    process  python  -\n");
    assertThat(node.asked().get(0).path()).isEqualTo("/functions?limit=200&prefix=a-");
    assertThat(node.asked().get(1).path()).isEqualTo("/functions?prefix=a-&after=a-1");
  }

  @Test
  void jsonOutputIsOneDocument() {
    node.answerJson(200, "{\"functions\":[{\"name\":\"a\"}],\"next\":\"/functions?after=a\"}")
        .answerJson(200, "{\"functions\":[{\"name\":\"b\"}]}");

    assertThat(starling("list", "-o", "json").out())
        .isEqualToIgnoringWhitespace("{\"functions\":[{\"name\":\"a\"},{\"name\":\"b\"}]}");
  }

  @Test
  void describeShowsEveryProperty() {
    node.answerJson(
        200,
        "{\"name\":\"hello\",\"memory_mb\":16,\"env\":[\"A\",\"B\"],"
            + "\"providers\":[\"n1\"],\"counts\":{\"completed\":7}}");

    assertThat(starling("describe", "hello").out())
        .isEqualTo(
            "name:         hello\n"
                + "memory_mb:    16\n"
                + "env:          A, B\n"
                + "providers:    n1\n"
                + "counts:       completed=7\n");
    assertThat(node.only().path()).isEqualTo("/functions/hello");
  }

  @Test
  void removeIsForOneNodeUnlessEverywhere() {
    node.answer(204, "text/plain", new byte[0]).answer(204, "text/plain", new byte[0]);

    assertThat(starling("remove", "hello").out())
        .isEqualTo("hello is removed from " + node.url() + "\n");
    assertThat(starling("remove", "hello", "--everywhere").out())
        .isEqualTo("hello is removed everywhere\n");

    assertThat(node.asked().get(0).method()).isEqualTo("DELETE");
    assertThat(node.asked().get(0).path()).isEqualTo("/functions/deployments/hello");
    assertThat(node.asked().get(1).path())
        .isEqualTo("/functions/deployments/hello?everywhere=true");
  }

  @Test
  void nodesShowsATable() {
    node.answerJson(
        200,
        "{\"nodes\":[{\"name\":\"node-1\",\"incarnation\":1,\"url\":\"http://h:1\","
            + "\"state\":\"normal\",\"running\":1,\"queued\":0,\"slots\":16}]}");

    assertThat(starling("nodes").out())
        .isEqualTo(
            "NAME    STATE   RUNNING  QUEUED  SLOTS  URL\n"
                + "node-1  normal  1        0       16     http://h:1\n");
  }

  @Test
  void logsShowsTimesAndNodesUnlessTheLinesAloneAreWanted() {
    String lines =
        "{\"name\":\"hello\",\"namespace\":\"team\",\"instance\":\"node-1\",\"timestamp\":\"2026-11-21T08:57:48Z\",\"text\":\"one  two\"}\n"
            + "{\"name\":\"hello\",\"namespace\":\"team\",\"instance\":\"node-2\",\"timestamp\":\"2026-11-21T08:57:49Z\",\"text\":\"\"}\n";
    node.answer(200, "text/plain", lines.getBytes(StandardCharsets.UTF_8));
    node.answer(200, "text/plain", lines.getBytes(StandardCharsets.UTF_8));

    Ran ran =
        starling(
            "logs",
            "hello.team",
            "-f",
            "--tail=5",
            "--since=2026-11-21T09:57:48+01:00",
            "--node=node-1");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .isEqualTo("2026-11-21T08:57:48Z node-1 one  two\n2026-11-21T08:57:49Z node-2 \n");
    assertThat(starling("logs", "hello.team", "--raw", "--since=10m").out())
        .isEqualTo("one  two\n\n");
    assertThat(node.asked().get(0).path())
        .isEqualTo(
            "/system/logs?follow=true&tail=5&name=hello&namespace=team"
                + "&since=2026-11-21T08%3A57%3A48Z&instance=node-1");
    assertThat(node.asked().get(1).path())
        .startsWith("/system/logs?follow=false&tail=-1&name=hello&namespace=team&since=20");
  }

  @Test
  void logsTellsWhatTheNodeSays() {
    node.answer(404, "text/plain", "function x not found".getBytes(StandardCharsets.UTF_8));

    Ran ran = starling("logs", "x");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).isEqualTo("function x not found\n");
  }

  @Test
  void mapPutsTheAnswersInTheOrderOfTheItems() throws IOException {
    Path items = Files.writeString(folder.resolve("items"), "\"a\"\n\n{\"x\":1.10}\n3\n");
    node.answer(
        200,
        "application/x-ndjson",
        ("{\"index\":2,\"status\":500,\"body\":\"no\"}\n"
                + "{\"index\":0,\"status\":200,\"body\":\"A\"}\n"
                + "{\"index\":1,\"status\":200,\"body\":{\"x\":1.10}}\n")
            .getBytes(StandardCharsets.UTF_8));

    Ran ran = starling("map", "upper", "--items", items.toString(), "--retries", "1");

    assertThat(ran.out()).isEqualTo("\"A\"\n{\"x\":1.10}\n{\"status\":500,\"body\":\"no\"}\n");
    assertThat(ran.err()).isEqualTo("1 of 3 items failed\n");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(node.only().path()).isEqualTo("/functions/upper/executions/manycall");
    assertThat(node.only().headers()).containsEntry("accept", "application/x-ndjson");
    assertThat(node.only().text())
        .isEqualTo("{\"retries\":1,\"items\":[\"a\",\n{\"x\":1.10},\n3]}");
  }

  @Test
  void mapTellsWhichLineIsNoJson() throws IOException {
    Path items = Files.writeString(folder.resolve("items"), "1\nno\n");

    Ran ran = starling("map", "upper", "--items", items.toString());

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).startsWith("line 2 is not one JSON value: no");
    assertThat(node.asked()).isEmpty();
  }

  @Test
  void mapTellsWhenItsAnswerBreaksOff() throws IOException {
    Path items = Files.writeString(folder.resolve("items"), "1\n2\n");
    node.answer(
        200,
        "application/x-ndjson",
        "{\"index\":0,\"status\":200,\"body\":1}\n".getBytes(StandardCharsets.UTF_8));

    Ran ran = starling("map", "upper", "--items", items.toString());

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("broke off: 1 of 2 items");
  }

  @ParameterizedTest
  @CsvSource({"cordon,cordoned,node-1 is cordoned", "uncordon,active,node-1 is active"})
  void changesANodesPartInTheWork(String command, String state, String told) {
    node.answerJson(200, state(state, 3));

    assertThat(starling(command).out()).isEqualTo(told + "\n");

    assertThat(node.only().method()).isEqualTo("PUT");
    assertThat(node.only().path()).isEqualTo("/nodes/self/state");
    assertThat(node.only().text()).isEqualTo("{\"state\":\"" + state + "\"}");
  }

  @Test
  void drainWaitsUntilNoCallIsInProgress() {
    node.answerJson(200, state("draining", 3));
    node.answerJson(200, state("draining", 1));
    node.answerJson(200, state("draining", 0));

    Ran ran = starling("drain");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err())
        .isEqualTo("node-1 drains: 3 calls in progress\nnode-1 drains: 1 call in progress\n");
    assertThat(ran.out()).isEqualTo("node-1 is drained\n");
    assertThat(node.asked()).hasSize(3);
    assertThat(node.asked().get(1).path()).startsWith("/nodes/self/state?wait=");
  }

  @Test
  void drainGivesUpAfterItsTimeout() {
    node.answerAllWithJson(200, state("draining", 2));

    Ran ran = starling("drain", "--timeout", "20ms");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("node-1 drains, but 2 calls had not ended within 20ms");
  }

  private static String state(String state, int inProgress) {
    return "{\"name\":\"node-1\",\"state\":\"%s\",\"in_progress\":%d}".formatted(state, inProgress);
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "nodes", "describe x", "remove x", "invoke x", "drain", "cordon"})
  void anUnreachableNodeIsAnExitCodeOfItsOwn(String command) throws IOException {
    String nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = "http://127.0.0.1:" + free.getLocalPort();
    }

    Ran ran =
        Ran.starling(
            Stream.concat(Stream.of(command.split(" ")), Stream.of("--url=" + nobody))
                .toArray(String[]::new));

    assertThat(ran.exitCode()).isEqualTo(3);
    assertThat(ran.err()).contains(nobody).hasLineCount(1);
  }

  @Test
  void anUnknownHostIsUnreachable() {
    assertThat(Ran.starling("list", "--url=http://nobody.invalid:1").exitCode()).isEqualTo(3);
  }

  @Test
  void aBrokenConnectionIsAFailedRequest() throws Exception {
    try (ServerSocket rude = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread closer = new Thread(() -> acceptAndClose(rude));
      closer.start();

      Ran ran = Ran.starling("invoke", "x", "--url=http://127.0.0.1:" + rude.getLocalPort());

      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains("broke").hasLineCount(1);
      rude.close();
      closer.join();
    }
  }

  @Test
  void aSilentNodeIsGivenUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ran ran =
          Ran.starling("list", "--max-time=2s", "--url=http://127.0.0.1:" + silent.getLocalPort());

      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains("did not answer within 2s");
    }
  }

  @Test
  void whatIsNoJsonIsNoNode() {
    node.answer(200, "text/html", "<html>".getBytes(StandardCharsets.UTF_8));

    Ran ran = starling("nodes");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).isEqualTo("the answer is not JSON; is this a Starling node?\n");
  }

  @ParameterizedTest
  @MethodSource("wrongUsages")
  void wrongUsageIsToldBeforeAnythingIsSent(String[] arguments, String message) {
    Ran ran = starling(arguments);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(message);
    assertThat(ran.out()).isEmpty();
    assertThat(node.asked()).isEmpty();
  }

  static Stream<Arguments> wrongUsages() {
    return Stream.of(
        wrong("FILE is missing", "deploy"),
        wrong("no such file: /no/such", "deploy", "/no/such"),
        wrong("--update needs --name", "deploy", "--update"),
        wrong("not \"Hello\"", "deploy", "--update", "--name=Hello"),
        wrong("'a lot' is not an int", "deploy", "--memory-mb=a lot"),
        wrong("a time such as", "invoke", "x", "--timeout=soon"),
        wrong("the name \"deployments\" is reserved", "invoke", "deployments"),
        wrong("--path begins with / or ?", "invoke", "x", "--path=y"),
        wrong("percent-encode", "invoke", "x", "--path=/a b"),
        wrong("a header is written 'Name: value'", "invoke", "x", "-H", "novalue"),
        wrong("restricted header", "invoke", "x", "-H", "Host: y"),
        wrong("mutually exclusive", "invoke", "x", "-d", "1", "-f", "2"),
        wrong("no such file", "invoke", "x", "-f", "/no/such"),
        wrong("Missing required parameter", "describe"),
        wrong("nor like 2026-11-21T08:57:48Z", "logs", "x", "--since=yesterday"),
        wrong("'many' is not an int", "logs", "x", "--tail=many"),
        wrong("Unknown option", "list", "--verbose"));
  }

  private static Arguments wrong(String message, String... arguments) {
    return Arguments.of(arguments, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://x", "localhost:8080", "http://", "http://a b", "http://x?y"})
  void anAddressIsHttp(String url) {
    Ran ran = Ran.starling("list", "--url", url);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("is not an address like http://host:8080");
  }

  private Ran starling(String... arguments) {
    return Ran.starling(
        Stream.concat(Stream.of(arguments), Stream.of(url())).toArray(String[]::new));
  }

  private String url() {
    return "--url=" + node.url() + "/";
  }

  private static void acceptAndClose(ServerSocket server) {
    try {
      while (true) {
        server.accept().close();
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }
}
