package edge.starling.verticles.deployment;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.DeploymentMessage.AskRecovered;
import edge.starling.codecs.messages.DeploymentMessage.Choices;
import edge.starling.codecs.messages.DeploymentMessage.Deploy;
import edge.starling.codecs.messages.DeploymentMessage.Deployed;
import edge.starling.codecs.messages.DeploymentMessage.Discard;
import edge.starling.codecs.messages.DeploymentMessage.Mode;
import edge.starling.codecs.messages.DeploymentMessage.Place;
import edge.starling.codecs.messages.DeploymentMessage.Rest;
import edge.starling.codecs.messages.DeploymentMessage.TakeOver;
import edge.starling.codecs.messages.DeploymentMessage.Undeploy;
import edge.starling.codecs.messages.DeploymentMessage.Upload;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.codecs.messages.InvokerMessage.Prepared;
import edge.starling.codecs.messages.LoadMessage.Duty;
import edge.starling.codecs.messages.LoadMessage.DutyNow;
import edge.starling.codecs.messages.NodeId;
import edge.starling.verticles.deployment.LocalNodes.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node does with its copies when it comes back, and when it missed something. */
class RecoveryTest {
  private static final FunctionName HELLO = FunctionName.parse("hello");
  private static final NodeId ONE = new NodeId("node-1", 1);
  private static final NodeId ONE_AGAIN = new NodeId("node-1", 2);
  private static final NodeId TWO = new NodeId("node-2", 1);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private final LocalNodes nodes = new LocalNodes();
  private int uploads;

  @AfterEach
  void close() throws Exception {
    nodes.close();
  }

  @Test
  void bringsItsFunctionsBackBeforeItAnnouncesThem() throws Exception {
    Node one = start(ONE);
    Description first = put(one, "a");
    one.stop();
    nodes.index.forgetAll();

    Node again = start(ONE_AGAIN);
    awaitRecovered(again);

    assertThat(again.invoker.heard).containsExactly("prepare 1", "activate 1");
    assertThat(again.invoker.active).containsEntry(HELLO, first.version());
    assertThat(nodes.index.entry(HELLO).description()).isEqualTo(first);
    assertThat(nodes.index.entry(HELLO).providers()).containsExactly(ONE_AGAIN);
  }

  @Test
  void whatRestsRestsAfterARestartToo() throws Exception {
    Node one = start(ONE);
    Description description = put(one, "a");
    assertThat(one.ask(Addresses.REST, new Rest(HELLO)).rejected()).isNull();
    one.stop();

    Node again = start(ONE_AGAIN);
    awaitRecovered(again);

    assertThat(again.invoker.heard).isEmpty();
    assertThat(nodes.index.entry(HELLO).providers()).isEmpty();
    Place place = new Place(Mode.PUT, HELLO, Choices.NONE, null);
    assertThat(again.ask(Addresses.PLACE, place)).isInstanceOf(Deployed.class);
    assertThat(again.invoker.active).containsEntry(HELLO, description.version());
    again.stop();

    Node third = start(new NodeId("node-1", 3));
    awaitRecovered(third);
    assertThat(third.invoker.active).containsEntry(HELLO, description.version());
  }

  @Test
  void whatRestsGoesWithItsVersion() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    Description first = put(one, "a");
    put(two, "a");
    one.ask(Addresses.REST, new Rest(HELLO));

    put(two, "b");

    await().atMost(LONG).untilAsserted(() -> assertThat(versionFolder(one, first)).doesNotExist());
    assertThat(nodes.index.entry(HELLO).providers()).containsExactly(TWO);
  }

  @Test
  void isNotRecoveredWhileAFunctionIsBeingPrepared() throws Exception {
    Node one = start(ONE);
    put(one, "a");
    one.stop();
    Node again = prepared(ONE_AGAIN);
    Promise<Void> gate = Promise.promise();
    again.invoker.readyToPrepare = gate.future();
    nodes.deploy(again, LONG);

    assertThat(again.ask(Addresses.RECOVERED, new AskRecovered()).pending()).isEqualTo(1);
    gate.complete();
    awaitRecovered(again);
    assertThat(nodes.index.entry(HELLO).providers()).containsExactly(ONE_AGAIN);
  }

  @Test
  void removesWhatWasDeletedMeanwhile() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    put(one, "a");
    one.stop();
    assertThat(two.ask(Addresses.UNDEPLOY, new Undeploy(HELLO, true)).rejected()).isNull();

    Node again = start(ONE_AGAIN);
    awaitRecovered(again);

    await().untilAsserted(() -> assertThat(filesIn(again.data)).isEmpty());
    assertThat(again.invoker.active).isEmpty();
    assertThat(nodes.index.entry(HELLO).deleted()).isTrue();
  }

  @Test
  void fetchesTheNewerVersionBeforeItAnnounces() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    put(one, "a");
    put(two, "a");
    one.stop();
    Description second = put(two, "b");
    nodes.index.heard.clear();

    Node again = start(ONE_AGAIN);
    awaitRecovered(again);

    assertThat(again.invoker.active).containsEntry(HELLO, second.version());
    assertThat(nodes.index.heardBy("node-1")).containsExactly("node-1 Announce 2");
    await().untilAsserted(() -> assertThat(filesIn(again.data)).hasSize(2));
  }

  @Test
  void keepsAnOldVersionToItselfWhileNobodyHasTheNewOne() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    put(one, "a");
    put(two, "a");
    one.stop();
    Description second = put(two, "b");
    two.stop();

    Node again = start(ONE_AGAIN);
    awaitRecovered(again);
    assertThat(again.invoker.active).isEmpty();
    assertThat(nodes.index.entry(HELLO).providers()).isEmpty();
    assertThat(filesIn(again.data)).hasSize(2);

    start(new NodeId("node-2", 2));
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(again.invoker.active).containsEntry(HELLO, second.version()));
  }

  @Test
  void announcesAVersionThatIsNewerThanTheIndexKnows() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    put(one, "a");
    put(two, "a");
    two.stop();
    Description second = put(one, "b");
    one.stop();
    nodes.index.forgetAll();
    Node twoAgain = start(new NodeId("node-2", 2));
    awaitRecovered(twoAgain);
    assertThat(nodes.index.entry(HELLO).description().version().counter()).isEqualTo(1);

    awaitRecovered(start(ONE_AGAIN));

    assertThat(nodes.index.entry(HELLO).description()).isEqualTo(second);
    await()
        .untilAsserted(
            () -> assertThat(twoAgain.invoker.active).containsEntry(HELLO, second.version()));
  }

  @Test
  void aFunctionThatCannotBePreparedStaysOnDiskAndDoesNotKeepTheNodeFromBeingReady()
      throws Exception {
    Node one = start(ONE);
    put(one, "a");
    one.stop();
    Node again = prepared(ONE_AGAIN);
    again.invoker.problem = new Prepared(Obstacle.UNFIT, "python3 is missing");
    nodes.deploy(again, LONG);

    awaitRecovered(again);
    assertThat(filesIn(again.data)).hasSize(2);
    assertThat(nodes.index.entry(HELLO).providers()).isEmpty();
  }

  @Test
  void fetchesADamagedCopyAgain() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    Description first = put(one, "a");
    put(two, "a");
    one.stop();
    Path handler = versionFolder(one, first).resolve("fn.wasm");
    Files.writeString(handler, "\0asmX");

    Node again = start(ONE_AGAIN);
    awaitRecovered(again);

    assertThat(handler).hasContent("\0asma");
    assertThat(again.invoker.active).containsEntry(HELLO, first.version());
    assertThat(nodes.index.entry(HELLO).providers()).containsExactly(ONE_AGAIN, TWO);
  }

  @Test
  void doesNotRunADamagedCopyThatNobodyElseHas() throws Exception {
    Node one = start(ONE);
    Description first = put(one, "a");
    one.stop();
    Files.writeString(versionFolder(one, first).resolve("fn.wasm"), "\0asmX");

    Node again = start(ONE_AGAIN);
    awaitRecovered(again);

    assertThat(again.invoker.heard).isEmpty();
    assertThat(filesIn(again.data)).hasSize(2);
  }

  @Test
  void removesWhatIsUnfinishedAndLeavesForeignFilesAlone() throws Exception {
    Node one = start(ONE);
    Description first = put(one, "a");
    one.stop();
    Path data = one.data;
    Path half = write(data.resolve("staging/0a7f3c1e-0000-4000-8000-000000000000/handler"));
    Path unfinished = write(data.resolve("functions/hello.openfaas-fn/2-0123456789ab/fn.wasm"));
    List<Path> foreign =
        List.of(
            write(data.resolve("notes.txt")),
            write(data.resolve("lost+found/file")),
            write(data.resolve("staging/keep.me")),
            write(data.resolve("functions/README")),
            write(data.resolve("functions/Not A Function/1-0123456789ab/fn.wasm")),
            write(data.resolve("functions/hello.openfaas-fn/notes/file")),
            write(data.resolve("functions/other.ns/1-0123456789ab/.function.cbor")));

    Node again = start(ONE_AGAIN);
    awaitRecovered(again);

    assertThat(half.getParent()).doesNotExist();
    assertThat(unfinished.getParent()).doesNotExist();
    assertThat(foreign).allSatisfy(file -> assertThat(file).exists());
    assertThat(again.invoker.active).containsOnlyKeys(HELLO).containsValue(first.version());
  }

  @Test
  void waitsForAnIndexThatIsNotThereYet() throws Exception {
    Node one = start(ONE);
    put(one, "a");
    one.stop();
    nodes.index.failing.add("Lookup");
    Node again = start(ONE_AGAIN);

    assertThat(again.ask(Addresses.RECOVERED, new AskRecovered()).pending()).isEqualTo(1);
    nodes.index.failing.clear();
    awaitRecovered(again);
    assertThat(nodes.index.entry(HELLO).providers()).containsExactly(ONE_AGAIN);
  }

  @Test
  void doesNotAnnounceAnythingOnceItLeaves() throws Exception {
    Node one = start(ONE);
    Description first = put(one, "a");
    nodes
        .onLoop(
            () -> {
              one.bus().tellAll(Addresses.DUTY_CHANGED, new DutyNow(Duty.LEAVING));
              return Future.succeededFuture();
            })
        .await(5, SECONDS);
    Deploy deploy = new Deploy(Mode.PUT, HELLO, Choices.NONE, upload("b"), null);

    await()
        .untilAsserted(
            () -> assertThat(one.ask(Addresses.DEPLOY, deploy)).isNotInstanceOf(Deployed.class));
    assertThat(one.ask(Addresses.TAKE_OVER, new TakeOver(first, TWO)).problem()).isNull();
    assertThat(nodes.index.heardBy("node-1")).containsExactly("node-1 Publish 1");
  }

  @Test
  void keepsACopyThatIsNotBelowTheVersionToDiscard() throws Exception {
    Node one = start(ONE);
    Description first = put(one, "a");

    assertThat(one.ask(Addresses.DISCARD, new Discard(HELLO, first.version())).kept()).isTrue();
    Discard below = new Discard(HELLO, first.version().next("0"));
    assertThat(one.ask(Addresses.DISCARD, below).kept()).isFalse();
    assertThat(nodes.index.entry(HELLO).providers()).isEmpty();
    assertThat(one.ask(Addresses.DISCARD, below).kept()).isFalse();
  }

  @Test
  void takesItsEntryBackWhenItIsAskedToTakeOverWhatItDoesNotHave() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    Description first = put(one, "a");

    assertThat(two.ask(Addresses.TAKE_OVER, new TakeOver(first, ONE)).problem()).isNull();

    assertThat(nodes.index.heardBy("node-2")).containsExactly("node-2 Withdraw");
    assertThat(two.invoker.heard).isEmpty();
  }

  private Node start(NodeId id) throws Exception {
    return nodes.start(id, folder.resolve(id.name()), LONG);
  }

  private Node prepared(NodeId id) throws Exception {
    return nodes.prepare(id, folder.resolve(id.name()));
  }

  private static void awaitRecovered(Node node) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(node.ask(Addresses.RECOVERED, new AskRecovered()).pending()).isZero());
  }

  private Description put(Node node, String content) throws Exception {
    Deploy deploy = new Deploy(Mode.PUT, HELLO, Choices.NONE, upload(content), null);
    return ((Deployed) node.ask(Addresses.DEPLOY, deploy)).description();
  }

  private Upload upload(String content) throws IOException {
    Path file = folder.resolve("upload-" + uploads++);
    return new Upload("fn.wasm", Files.writeString(file, "\0asm" + content).toString());
  }

  private static Path write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "x");
  }

  private static Path versionFolder(Node node, Description description) {
    return node.data
        .resolve("functions")
        .resolve(description.name().toString())
        .resolve(description.version().toString());
  }

  private static List<Path> filesIn(Path data) throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
