package edge.starling.verticles.deployment;

import static edge.starling.codecs.messages.BodiesMessage.PIECE_BYTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodiesMessage.Piece;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.DeploymentMessage.ArtefactAt;
import edge.starling.codecs.messages.DeploymentMessage.AskRecovered;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.Choices;
import edge.starling.codecs.messages.DeploymentMessage.Deploy;
import edge.starling.codecs.messages.DeploymentMessage.DeployAnswer;
import edge.starling.codecs.messages.DeploymentMessage.Deployed;
import edge.starling.codecs.messages.DeploymentMessage.Mode;
import edge.starling.codecs.messages.DeploymentMessage.Place;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import edge.starling.codecs.messages.DeploymentMessage.Rest;
import edge.starling.codecs.messages.DeploymentMessage.TakeoverFailure;
import edge.starling.codecs.messages.DeploymentMessage.Undeploy;
import edge.starling.codecs.messages.DeploymentMessage.Upload;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.codecs.messages.InvokerMessage.Prepared;
import edge.starling.codecs.messages.NodeId;
import edge.starling.verticles.deployment.LocalNodes.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentVerticleTest {
  private static final FunctionName HELLO = FunctionName.parse("hello");
  private static final NodeId ONE = new NodeId("node-1", 1);
  private static final NodeId TWO = new NodeId("node-2", 1);
  private static final NodeId THREE = new NodeId("node-3", 1);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private final LocalNodes nodes = new LocalNodes();
  private int uploads;

  @AfterEach
  void close() throws Exception {
    nodes.close();
  }

  @Test
  void createsAFunctionUnderAMadeUpName() throws Exception {
    Node one = start(ONE);

    Deployed deployed = deployed(one, Mode.CREATE, null, wasm("a"));

    Description description = deployed.description();
    assertThat(description.name().name()).matches("fn-[0-9a-f-]{36}");
    assertThat(description.name().namespace()).isEqualTo("openfaas-fn");
    assertThat(description.version().counter()).isEqualTo(1);
    assertThat(description.form()).isEqualTo(Form.WASM);
    assertThat(deployed.created()).isTrue();
    assertThat(deployed.providers()).containsExactly(ONE);
    assertThat(one.invoker.active).containsEntry(description.name(), description.version());
    assertThat(one.metrics.get("starling.deployment.functions").gauge().value()).isEqualTo(1);
  }

  @Test
  void capacityAndPolicyOfTheFunctionMakeANewVersionOfIt() throws Exception {
    Node one = start(ONE);
    Description first = create(one, HELLO, wasm("a"));

    Description second =
        ((Deployed) deploy(one, Mode.PUT, HELLO, own("rate:10", "round-robin"), null, null))
            .description();

    assertThat(first.settings().capacity()).isNull();
    assertThat(second.version().counter()).isEqualTo(2);
    assertThat(second.settings().capacity()).isEqualTo(Capacity.parse("rate:10"));
    assertThat(second.settings().policy()).isEqualTo("round-robin");
    assertThat(nodes.index.entry(HELLO).description()).isEqualTo(second);
    Deployed back = (Deployed) deploy(one, Mode.PUT, HELLO, own("node", "node"), null, null);
    assertThat(back.description().settings()).isEqualTo(first.settings());
  }

  @Test
  void runsANewFunctionBeforeAnybodyHearsOfIt() throws Exception {
    Node one = start(ONE);
    nodes.index.failing.add("Publish");

    assertThatThrownBy(() -> create(one, HELLO, wasm("a"))).isInstanceOf(BusError.class);

    assertThat(one.invoker.heard).containsExactly("prepare 1", "activate 1", "retire 1");
  }

  @Test
  void keepsTheFilesOfAFunctionAndRemovesTheUpload() throws Exception {
    Node one = start(ONE);
    Upload handler = upload("../../My Handler.py", "def handle(req): return req");
    Upload requirements = upload("reqs", "six");

    Description description =
        ((Deployed) deploy(one, Mode.CREATE, HELLO, Choices.NONE, handler, requirements))
            .description();

    assertThat(description.handler().fileName()).isEqualTo("My_Handler.py");
    assertThat(description.form()).isEqualTo(Form.PYTHON);
    assertThat(description.settings().runtime()).isEqualTo(RuntimeKind.PROCESS);
    assertThat(versionFolder(one, description).resolve("My_Handler.py"))
        .hasContent("def handle(req): return req");
    assertThat(versionFolder(one, description).resolve("requirements.txt")).hasContent("six");
    assertThat(Path.of(handler.path())).doesNotExist();
    assertThat(Path.of(requirements.path())).doesNotExist();
    assertThat(filesIn(one.data.resolve("staging"))).isEmpty();
  }

  @Test
  void refusesATakenNameAndLeavesTheFunctionAsItIs() throws Exception {
    Node one = start(ONE);
    Description first = create(one, HELLO, wasm("a"));
    Upload second = wasm("b");

    assertThat(rejected(one, Mode.CREATE, HELLO, Choices.NONE, second).cause())
        .isEqualTo(Cause.TAKEN);
    assertThat(Path.of(second.path())).doesNotExist();
    assertThat(nodes.index.entry(HELLO).description()).isEqualTo(first);
    assertThat(filesIn(one.data)).hasSize(2);
  }

  @Test
  void namesTheFieldThatIsWrong() throws Exception {
    Node one = start(ONE);

    assertInvalid(one, memory(0), wasm("a"), "memory_mb");
    assertInvalid(one, memory(4097), wasm("a"), "memory_mb");
    assertInvalid(one, timeout(Duration.ofHours(2)), wasm("a"), "timeout_ms");
    assertInvalid(one, runtime(RuntimeKind.PROCESS), wasm("a"), "runtime");
    assertInvalid(one, runtime(RuntimeKind.WASM), upload("x.py", "x"), "runtime");
    assertInvalid(one, own("fast", null), wasm("a"), "capacity");
    assertInvalid(one, own(null, "best"), wasm("a"), "policy");
    assertInvalid(one, Choices.NONE, upload("x.py", ""), "handler");
    assertInvalid(one, Choices.NONE, null, "handler");
    assertInvalid(
        one, Choices.NONE, upload("x.py", "x".repeat((int) LocalNodes.MOST_BYTES + 1)), "handler");
    Rejected answer =
        (Rejected) deploy(one, Mode.CREATE, HELLO, Choices.NONE, wasm("a"), upload("r", "six"));
    assertThat(answer.cause()).isEqualTo(Cause.INVALID);
    assertThat(answer.detail()).startsWith("requirements:");
    assertNothingIsLeft(one);
    assertThat(
            one.metrics.get("starling.deployment.time").tag("outcome", "invalid").timer().count())
        .isEqualTo(11);
  }

  @Test
  void takesAnyOtherFileOnlyWhenAskedToRunItAsAProcess() throws Exception {
    Node one = start(ONE);

    Rejected rejected =
        rejected(one, Mode.CREATE, HELLO, Choices.NONE, upload("run.sh", "#!/bin/sh"));
    assertThat(rejected.cause()).isEqualTo(Cause.UNFIT);
    assertThat(rejected.detail()).contains("runtime=process");

    Deployed deployed =
        (Deployed)
            deploy(
                one,
                Mode.CREATE,
                HELLO,
                runtime(RuntimeKind.PROCESS),
                upload("run.sh", "#!/bin/sh"),
                null);
    assertThat(deployed.description().form()).isEqualTo(Form.EXECUTABLE);
    assertThat(versionFolder(one, deployed.description()).resolve("run.sh")).isExecutable();
  }

  @Test
  void leavesNothingBehindWhenAHandlerCannotBeLoaded() throws Exception {
    Node one = start(ONE);
    one.invoker.problem = new Prepared(Obstacle.UNFIT, "no export _start");

    Rejected rejected = rejected(one, Mode.CREATE, HELLO, Choices.NONE, wasm("a"));

    assertThat(rejected).isEqualTo(new Rejected(Cause.UNFIT, "no export _start"));
    assertNothingIsLeft(one);
    assertThat(one.invoker.heard).containsExactly("prepare 1", "retire 1");
  }

  @Test
  void saysWhenTheRuntimeIsSwitchedOff() throws Exception {
    Node one = start(ONE);
    one.invoker.problem = new Prepared(Obstacle.SWITCHED_OFF, "runtimes.process.enabled is false");

    assertThat(rejected(one, Mode.CREATE, HELLO, Choices.NONE, upload("x.py", "x")).cause())
        .isEqualTo(Cause.SWITCHED_OFF);
    assertNothingIsLeft(one);
  }

  @Test
  void leavesNothingBehindWhenTheIndexFails() throws Exception {
    for (String step : List.of("Lookup", "Publish")) {
      Node one = start(new NodeId("node-" + step.toLowerCase(), 1));
      nodes.index.failing.add(step);

      assertThatThrownBy(() -> create(one, HELLO, wasm("a"))).isInstanceOf(BusError.class);

      nodes.index.failing.clear();
      assertNothingIsLeft(one);
    }
  }

  @Test
  void leavesNothingBehindWhenTheInvokerFails() throws Exception {
    Node one = start(ONE);
    one.invoker.activateFails = true;
    assertThatThrownBy(() -> create(one, HELLO, wasm("a"))).isInstanceOf(BusError.class);
    assertNothingIsLeft(one);

    one.invoker.activateFails = false;
    one.invoker.readyToPrepare = Future.failedFuture("broken");
    assertThatThrownBy(() -> create(one, HELLO, wasm("a"))).isInstanceOf(BusError.class);
    assertNothingIsLeft(one);
  }

  @Test
  void leavesNothingBehindWhenAnotherNodeIsFirst() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    Promise<Void> gate = Promise.promise();
    one.invoker.readyToPrepare = gate.future();
    Future<DeployAnswer> slow =
        one.request(
            Addresses.DEPLOY, new Deploy(Mode.CREATE, HELLO, Choices.NONE, wasm("a"), null));
    await().until(() -> one.invoker.heard.contains("prepare 1"));
    create(two, HELLO, wasm("b"));
    gate.complete();

    assertThat(((Rejected) slow.await(5, SECONDS)).cause()).isEqualTo(Cause.TAKEN);
    assertThat(filesIn(one.data)).isEmpty();
    assertThat(one.invoker.active).isEmpty();
    assertThat(nodes.index.entry(HELLO).providers()).containsExactly(TWO);
  }

  @Test
  void takesManyFunctionsInAtOnce() throws Exception {
    Node one = start(ONE);
    List<Future<DeployAnswer>> answers =
        IntStream.range(0, 20)
            .mapToObj(i -> FunctionName.parse("fn-" + i))
            .map(name -> new Deploy(Mode.CREATE, name, Choices.NONE, wasm(name.name()), null))
            .map(deploy -> one.request(Addresses.DEPLOY, deploy))
            .toList();

    for (Future<DeployAnswer> answer : answers) {
      Description description = ((Deployed) answer.await(20, SECONDS)).description();
      assertThat(versionFolder(one, description).resolve("fn.wasm"))
          .hasContent("\0asm" + description.name().name());
    }
  }

  @Test
  void letsOneOfManyHaveANameAndRefusesTheOthers() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    List<Future<DeployAnswer>> answers =
        IntStream.range(0, 10)
            .mapToObj(
                i ->
                    (i % 2 == 0 ? one : two)
                        .request(
                            Addresses.DEPLOY,
                            new Deploy(Mode.CREATE, HELLO, Choices.NONE, wasm("v" + i), null)))
            .toList();

    List<DeployAnswer> ended = new ArrayList<>();
    for (Future<DeployAnswer> answer : answers) {
      ended.add(answer.await(20, SECONDS));
    }
    assertThat(ended).filteredOn(Deployed.class::isInstance).hasSize(1);
    assertThat(ended)
        .filteredOn(Rejected.class::isInstance)
        .hasSize(9)
        .allSatisfy(answer -> assertThat(((Rejected) answer).cause()).isEqualTo(Cause.TAKEN));
    assertThat(Stream.concat(filesIn(one.data).stream(), filesIn(two.data).stream())).hasSize(2);
  }

  @Test
  void refusesMoreChangesOfOneFunctionThanMayWait() throws Exception {
    Node one = start(ONE);
    Promise<Void> gate = Promise.promise();
    one.invoker.readyToPrepare = gate.future();
    List<Future<DeployAnswer>> answers =
        IntStream.range(0, 18)
            .mapToObj(
                i ->
                    one.request(
                        Addresses.DEPLOY,
                        new Deploy(Mode.PUT, HELLO, Choices.NONE, wasm("v"), null)))
            .toList();

    assertThat(((Rejected) answers.get(17).await(5, SECONDS)).cause())
        .isEqualTo(Cause.CHANGED_MEANWHILE);
    gate.complete();
    assertThat(answers.get(16).await(20, SECONDS)).isInstanceOf(Deployed.class);
  }

  @Test
  void putCreatesAnUnknownFunctionAndRefusesOneWithoutAHandler() throws Exception {
    Node one = start(ONE);

    assertThat(rejected(one, Mode.PUT, HELLO, Choices.NONE, null).cause()).isEqualTo(Cause.UNKNOWN);
    assertThat(rejected(one, Mode.PUT, null, Choices.NONE, wasm("a")).cause())
        .isEqualTo(Cause.INVALID);
    assertThat(deployed(one, Mode.PUT, HELLO, wasm("a")).created()).isTrue();
  }

  @Test
  void putOfTheSameContentAddsAProvider() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    Description first = create(one, HELLO, wasm("a"));

    Deployed joined = deployed(two, Mode.PUT, HELLO, upload("other-name.bin", "\0asma"));

    assertThat(joined.created()).isTrue();
    assertThat(joined.description()).isEqualTo(first);
    assertThat(joined.providers()).containsExactly(ONE, TWO);
    assertThat(versionFolder(two, first).resolve("fn.wasm")).hasContent("\0asma");
    assertThat(deployed(two, Mode.PUT, HELLO, wasm("a")).created()).isFalse();
    assertThat(filesIn(two.data)).hasSize(2);
  }

  @Test
  void putWithoutAHandlerFetchesItFromAProvider() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    byte[] large = largeWasm();
    Description first = create(one, HELLO, upload("fn.wasm", large));

    Deployed joined = deployed(two, Mode.PUT, HELLO, null);

    assertThat(joined.created()).isTrue();
    assertThat(joined.providers()).containsExactly(ONE, TWO);
    assertThat(versionFolder(two, first).resolve("fn.wasm")).hasBinaryContent(large);
    assertThat(filesIn(two.data.resolve("staging"))).isEmpty();
  }

  @Test
  void fetchesFromTheNextProviderWhenOneFails() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    Node three = start(THREE);
    byte[] large = largeWasm();
    Description first = create(one, HELLO, upload("fn.wasm", large));
    deployed(two, Mode.PUT, HELLO, null);
    one.stopBodies();

    assertThat(deployed(three, Mode.PUT, HELLO, null).created()).isTrue();
    assertThat(versionFolder(three, first).resolve("fn.wasm")).hasBinaryContent(large);
  }

  @Test
  void goesOnAtTheNextProviderWhereTheFirstStopped() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    byte[] large = largeWasm();
    Description first = create(one, HELLO, upload("fn.wasm", large));
    List<Long> given = giveTheFirstPiecesOf(large);

    deployed(two, Mode.PUT, HELLO, null);

    assertThat(given).containsExactlyInAnyOrder(0L, (long) PIECE_BYTES);
    assertThat(versionFolder(two, first).resolve("fn.wasm")).hasBinaryContent(large);
  }

  @Test
  void fetchesAllAgainWhenOneOfSeveralNodesGaveAWrongPiece() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    byte[] large = largeWasm();
    Description first = create(one, HELLO, upload("fn.wasm", large));
    byte[] damaged = large.clone();
    damaged[7]++;
    giveTheFirstPiecesOf(damaged);

    deployed(two, Mode.PUT, HELLO, null);

    assertThat(versionFolder(two, first).resolve("fn.wasm")).hasBinaryContent(large);
  }

  @Test
  void noticesADamagedArtefactAndTakesAnotherProviders() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    Node three = start(THREE);
    byte[] large = largeWasm();
    Description first = create(one, HELLO, upload("fn.wasm", large));
    byte[] damaged = large.clone();
    damaged[large.length - 1]++;
    Files.write(versionFolder(one, first).resolve("fn.wasm"), damaged);

    Rejected refused = rejected(two, Mode.PUT, HELLO, Choices.NONE, null);
    assertThat(refused.cause()).isEqualTo(Cause.NO_PROVIDER);
    assertThat(refused.detail()).contains("hash");
    assertThat(filesIn(two.data)).isEmpty();

    deployed(two, Mode.PUT, HELLO, upload("fn.wasm", large));
    deployed(three, Mode.PUT, HELLO, null);
    assertThat(versionFolder(three, first).resolve("fn.wasm")).hasBinaryContent(large);
  }

  @Test
  void saysThatNothingWasDoneWhenTheIndexDoesNotAnswer() throws Exception {
    Node one = start(ONE);
    nodes.index.silent.add("Lookup");

    assertThat(rejected(one, Mode.CREATE, HELLO, Choices.NONE, wasm("a")).cause())
        .isEqualTo(Cause.INDEX_SILENT);
    assertNothingIsLeft(one);
    assertThat(nodes.index.heardBy(ONE.name())).isEmpty();
  }

  @Test
  void leavesNothingBehindWhenItCannotBePublishedInTime() throws Exception {
    Node one = start(ONE);
    nodes.index.silent.add("Publish");

    assertThat(rejected(one, Mode.CREATE, HELLO, Choices.NONE, wasm("a")).cause())
        .isEqualTo(Cause.DEADLINE);
    assertNothingIsLeft(one);
  }

  @Test
  void fetchesNothingWhenNoProviderIsAlive() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    create(one, HELLO, wasm("a"));
    one.stop();

    assertThat(rejected(two, Mode.PUT, HELLO, Choices.NONE, null).cause())
        .isEqualTo(Cause.NO_PROVIDER);
    assertThat(filesIn(two.data)).isEmpty();
  }

  @Test
  void updatesEveryProviderAndKeepsTheSettingsThatAreNotNamed() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    Choices choices =
        new Choices(null, 32, Duration.ofSeconds(5), Map.of("KEY", "value"), Map.of("a", "b"));
    Description first =
        ((Deployed) deploy(one, Mode.CREATE, HELLO, choices, wasm("a"), null)).description();
    deployed(two, Mode.PUT, HELLO, null);

    Deployed updated = (Deployed) deploy(one, Mode.PUT, HELLO, memory(64), wasm("b"), null);

    Description second = updated.description();
    assertThat(updated.created()).isFalse();
    assertThat(updated.withdrawn()).isEmpty();
    assertThat(updated.providers()).containsExactly(ONE, TWO);
    assertThat(second.version().counter()).isEqualTo(2);
    assertThat(second.settings().memoryMiB()).isEqualTo(64);
    assertThat(second.settings().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(second.settings().env()).containsEntry("KEY", "value");
    for (Node node : List.of(one, two)) {
      assertThat(node.invoker.active).containsEntry(HELLO, second.version());
      assertThat(versionFolder(node, second).resolve("fn.wasm")).hasContent("\0asmb");
      await().untilAsserted(() -> assertThat(versionFolder(node, first)).doesNotExist());
    }
    assertThat(one.invoker.heard)
        .containsExactly("prepare 1", "activate 1", "prepare 2", "activate 2", "retire 1");
    assertThat(nodes.index.heardBy("node-1"))
        .containsExactly("node-1 Publish 1", "node-1 Publish 2");
    assertThat(nodes.index.heardBy("node-2"))
        .containsExactly("node-2 Announce 1", "node-2 Announce 2");
  }

  @Test
  void updatesASettingWithoutAHandler() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    create(one, HELLO, wasm("a"));

    Deployed updated = (Deployed) deploy(two, Mode.PUT, HELLO, memory(64), null, null);

    assertThat(updated.created()).isFalse();
    assertThat(updated.description().version().counter()).isEqualTo(2);
    assertThat(updated.providers()).containsExactly(ONE, TWO);
    assertThat(one.invoker.active).containsEntry(HELLO, updated.description().version());
  }

  @Test
  void aHandlerReplacesTheRequirementsAsWell() throws Exception {
    Node one = start(ONE);
    deploy(one, Mode.CREATE, HELLO, Choices.NONE, upload("x.py", "x"), upload("r.txt", "six"));

    Description second = deployed(one, Mode.PUT, HELLO, upload("x.py", "x")).description();

    assertThat(second.requirements()).isNull();
    assertThat(second.version().counter()).isEqualTo(2);
  }

  @Test
  void oldCallsKeepTheirFilesUntilTheyHaveEnded() throws Exception {
    Node one = start(ONE);
    Description first = create(one, HELLO, wasm("a"));
    Promise<Void> lastCall = Promise.promise();
    one.invoker.drained = lastCall.future();

    deployed(one, Mode.PUT, HELLO, wasm("b"));

    assertThat(versionFolder(one, first).resolve("fn.wasm")).exists();
    lastCall.complete();
    await().untilAsserted(() -> assertThat(versionFolder(one, first)).doesNotExist());
  }

  @Test
  void withdrawsAndNamesAProviderThatCannotRunTheNewVersion() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    create(one, HELLO, wasm("a"));
    deployed(two, Mode.PUT, HELLO, null);
    two.invoker.problem = new Prepared(Obstacle.UNFIT, "too large for this node");

    Deployed updated = deployed(one, Mode.PUT, HELLO, wasm("b"));

    assertThat(updated.withdrawn())
        .containsExactly(new TakeoverFailure(TWO, "too large for this node"));
    assertThat(updated.providers()).containsExactly(ONE);
    assertThat(nodes.index.entry(HELLO).providers()).containsExactly(ONE);
    await().untilAsserted(() -> assertThat(filesIn(two.data)).isEmpty());
    assertThat(two.invoker.active).isEmpty();
  }

  @Test
  void withdrawsAProviderThatTakesTooLongAndItStaysSo() throws Exception {
    Node one = start(ONE, Duration.ofMillis(500));
    Node two = start(TWO);
    create(one, HELLO, wasm("a"));
    deployed(two, Mode.PUT, HELLO, null);
    Promise<Void> gate = Promise.promise();
    two.invoker.readyToPrepare = gate.future();

    Deployed updated = deployed(one, Mode.PUT, HELLO, wasm("b"));

    assertThat(updated.withdrawn()).extracting(TakeoverFailure::node).containsExactly(TWO);
    assertThat(updated.withdrawn().get(0).problem()).contains("PT0.5S");
    gate.complete();
    await().untilAsserted(() -> assertThat(filesIn(two.data)).isEmpty());
    assertThat(nodes.index.entry(HELLO).providers()).containsExactly(ONE);
    assertThat(two.invoker.active).isEmpty();
  }

  @Test
  void twoNodesThatUpdateAtOnceDoNotWithdrawEachOther() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    create(one, HELLO, wasm("0"));
    deployed(two, Mode.PUT, HELLO, null);

    List<Future<DeployAnswer>> answers =
        IntStream.range(1, 7)
            .mapToObj(
                i ->
                    (i % 2 == 0 ? one : two)
                        .request(
                            Addresses.DEPLOY,
                            new Deploy(Mode.PUT, HELLO, Choices.NONE, wasm("v" + i), null)))
            .toList();

    for (Future<DeployAnswer> answer : answers) {
      DeployAnswer ended = answer.await(20, SECONDS);
      if (ended instanceof Rejected rejected) {
        assertThat(rejected.cause()).isEqualTo(Cause.CHANGED_MEANWHILE);
      } else {
        assertThat(((Deployed) ended).withdrawn()).isEmpty();
      }
    }
    await()
        .untilAsserted(
            () -> {
              Description newest = nodes.index.entry(HELLO).description();
              assertThat(nodes.index.entry(HELLO).providers()).containsExactly(ONE, TWO);
              assertThat(one.invoker.active).containsEntry(HELLO, newest.version());
              assertThat(two.invoker.active).containsEntry(HELLO, newest.version());
              assertThat(filesIn(one.data)).hasSize(2);
              assertThat(filesIn(two.data)).hasSize(2);
            });
  }

  @Test
  void anUpdateThatCannotBePreparedChangesNothing() throws Exception {
    Node one = start(ONE);
    Description first = create(one, HELLO, wasm("a"));
    one.invoker.problem = new Prepared(Obstacle.UNFIT, "broken");

    assertThat(rejected(one, Mode.PUT, HELLO, Choices.NONE, wasm("b")).cause())
        .isEqualTo(Cause.UNFIT);

    assertThat(nodes.index.entry(HELLO).description()).isEqualTo(first);
    assertThat(one.invoker.active).containsEntry(HELLO, first.version());
    assertThat(filesIn(one.data)).hasSize(2);
  }

  @Test
  void removesThisNodesCopyAndWithTheLastTheFunction() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    create(one, HELLO, wasm("a"));
    deployed(two, Mode.PUT, HELLO, null);

    assertThat(undeploy(one, false)).isNull();
    assertThat(undeploy(one, false).cause()).isEqualTo(Cause.UNKNOWN);
    assertThat(nodes.index.entry(HELLO).deleted()).isFalse();
    assertThat(nodes.index.entry(HELLO).providers()).containsExactly(TWO);
    await().untilAsserted(() -> assertThat(filesIn(one.data)).isEmpty());

    assertThat(undeploy(two, false)).isNull();
    assertThat(nodes.index.entry(HELLO).deleted()).isTrue();
    Description again = create(one, HELLO, wasm("a"));
    assertThat(again.version().counter()).isEqualTo(3);
  }

  @Test
  void removesAFunctionEverywhere() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    Node three = start(THREE);
    create(one, HELLO, wasm("a"));
    deployed(two, Mode.PUT, HELLO, null);

    assertThat(undeploy(three, true)).isNull();

    assertThat(nodes.index.entry(HELLO).deleted()).isTrue();
    for (Node node : List.of(one, two)) {
      await()
          .untilAsserted(
              () -> {
                assertThat(filesIn(node.data)).isEmpty();
                assertThat(node.invoker.active).isEmpty();
              });
    }
    assertThat(undeploy(three, true).cause()).isEqualTo(Cause.UNKNOWN);
  }

  @Test
  void joinsAgainWhileTheFormerCopyStillDrains() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    Description first = create(one, HELLO, wasm("a"));
    deployed(two, Mode.PUT, HELLO, null);
    Promise<Void> lastCall = Promise.promise();
    two.invoker.drained = lastCall.future();
    undeploy(two, false);

    Future<DeployAnswer> again =
        two.request(Addresses.DEPLOY, new Deploy(Mode.PUT, HELLO, Choices.NONE, wasm("a"), null));
    lastCall.complete();

    assertThat(((Deployed) again.await(5, SECONDS)).created()).isTrue();
    assertThat(versionFolder(two, first).resolve("fn.wasm")).hasContent("\0asma");
    assertThat(two.invoker.active).containsEntry(HELLO, first.version());
  }

  @Test
  void catchesUpByItselfWithAVersionThatItWasNotTold() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    create(one, HELLO, wasm("a"));
    deployed(two, Mode.PUT, HELLO, null);
    nodes.index.lose(TWO);

    Description second = deployed(one, Mode.PUT, HELLO, wasm("b")).description();

    await()
        .untilAsserted(
            () -> {
              assertThat(two.invoker.active).containsEntry(HELLO, second.version());
              assertThat(nodes.index.entry(HELLO).providers()).containsExactly(ONE, TWO);
            });
  }

  @Test
  void aFunctionThatRestsStaysAndComesBackWithoutItsFilesBeingSent() throws Exception {
    Node one = start(ONE);
    Description description = create(one, HELLO, wasm("a"));

    assertThat(one.ask(Addresses.REST, new Rest(HELLO)).rejected()).isNull();

    assertThat(nodes.index.entry(HELLO).deleted()).isFalse();
    assertThat(nodes.index.entry(HELLO).providers()).isEmpty();
    assertThat(versionFolder(one, description).resolve("fn.wasm")).exists();
    assertThat(one.ask(Addresses.REST, new Rest(HELLO)).rejected()).isNull();
    Deployed woken = placed(one, Mode.PUT, HELLO, null);
    assertThat(woken.description()).isEqualTo(description);
    assertThat(woken.created()).isTrue();
    assertThat(nodes.index.entry(HELLO).providers()).containsExactly(ONE);
    assertThat(one.invoker.active).containsEntry(HELLO, description.version());
  }

  @Test
  void anotherNodeTakesTheFilesOfACopyThatRests() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    nodes.index.members.addAll(List.of(ONE, TWO));
    Description description = create(one, HELLO, wasm("a"));
    one.ask(Addresses.REST, new Rest(HELLO));

    placed(two, Mode.PUT, HELLO, null);

    assertThat(nodes.index.entry(HELLO).providers()).containsExactly(TWO);
    assertThat(versionFolder(two, description).resolve("fn.wasm")).exists();
  }

  @Test
  void aCopyThatRestsGoesWithItsFunction() throws Exception {
    Node one = start(ONE);
    Description description = create(one, HELLO, wasm("a"));
    one.ask(Addresses.REST, new Rest(HELLO));

    assertThat(undeploy(one, true)).isNull();

    await().atMost(LONG).until(() -> Files.notExists(versionFolder(one, description)));
  }

  @Test
  void aFunctionIsMadeOfTheCodeOfAnother() throws Exception {
    Node one = start(ONE);
    Node two = start(TWO);
    FunctionName copy = FunctionName.parse("copy.team");
    Description original = create(one, HELLO, wasm("a"));

    Deployed made = placed(two, Mode.CREATE, copy, original);

    assertThat(made.created()).isTrue();
    assertThat(made.description().name()).isEqualTo(copy);
    assertThat(made.description().handler()).isEqualTo(original.handler());
    assertThat(nodes.index.entry(copy).providers()).containsExactly(TWO);
    assertThat(two.ask(Addresses.PLACE, new Place(Mode.CREATE, copy, Choices.NONE, original)))
        .isInstanceOfSatisfying(
            Rejected.class, no -> assertThat(no.cause()).isEqualTo(Cause.TAKEN));
    assertThat(
            one.ask(
                Addresses.PLACE,
                new Place(Mode.PUT, FunctionName.parse("nope"), Choices.NONE, null)))
        .isInstanceOfSatisfying(
            Rejected.class, no -> assertThat(no.cause()).isEqualTo(Cause.UNKNOWN));
  }

  private static Deployed placed(Node node, Mode mode, FunctionName name, Description like)
      throws Exception {
    DeployAnswer answer = node.ask(Addresses.PLACE, new Place(mode, name, Choices.NONE, like));
    assertThat(answer).isInstanceOf(Deployed.class);
    return (Deployed) answer;
  }

  private Node start(NodeId id) throws Exception {
    return start(id, LONG);
  }

  private Node start(NodeId id, Duration takeOverTimeout) throws Exception {
    Node node = nodes.start(id, folder.resolve(id.name()), takeOverTimeout);
    assertThat(node.ask(Addresses.RECOVERED, new AskRecovered()).pending()).isZero();
    return node;
  }

  private Description create(Node node, FunctionName name, Upload handler) throws Exception {
    return deployed(node, Mode.CREATE, name, handler).description();
  }

  private static Deployed deployed(Node node, Mode mode, FunctionName name, Upload handler)
      throws Exception {
    DeployAnswer answer = deploy(node, mode, name, Choices.NONE, handler, null);
    assertThat(answer).isInstanceOf(Deployed.class);
    return (Deployed) answer;
  }

  private static Rejected rejected(
      Node node, Mode mode, FunctionName name, Choices choices, Upload handler) throws Exception {
    DeployAnswer answer = deploy(node, mode, name, choices, handler, null);
    assertThat(answer).isInstanceOf(Rejected.class);
    return (Rejected) answer;
  }

  private static DeployAnswer deploy(
      Node node, Mode mode, FunctionName name, Choices choices, Upload handler, Upload requirements)
      throws Exception {
    return node.ask(Addresses.DEPLOY, new Deploy(mode, name, choices, handler, requirements));
  }

  private static Rejected undeploy(Node node, boolean everywhere) throws Exception {
    return node.ask(Addresses.UNDEPLOY, new Undeploy(HELLO, everywhere)).rejected();
  }

  private void assertInvalid(Node node, Choices choices, Upload handler, String field)
      throws Exception {
    Rejected rejected = rejected(node, Mode.CREATE, HELLO, choices, handler);
    assertThat(rejected.cause()).isEqualTo(Cause.INVALID);
    assertThat(rejected.detail()).startsWith(field + ":");
  }

  private void assertNothingIsLeft(Node node) throws IOException {
    assertThat(filesIn(node.data)).isEmpty();
    assertThat(filesIn(folder.resolve("uploads"))).isEmpty();
    assertThat(node.invoker.active).isEmpty();
    assertThat(nodes.index.entry(HELLO)).isNull();
  }

  private static Path versionFolder(Node node, Description description) {
    return node.data
        .resolve("functions")
        .resolve(description.name().toString())
        .resolve(description.version().toString());
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static Choices memory(int memoryMiB) {
    return new Choices(null, memoryMiB, null, null, null);
  }

  private static Choices timeout(Duration timeout) {
    return new Choices(null, null, timeout, null, null);
  }

  private static Choices runtime(RuntimeKind runtime) {
    return new Choices(runtime, null, null, null, null);
  }

  private static Choices own(String capacity, String policy) {
    return new Choices(null, null, null, null, null, capacity, policy);
  }

  private Upload wasm(String content) {
    return upload("fn.wasm", "\0asm" + content);
  }

  /** A provider that is asked first and stops after two pieces. */
  private List<Long> giveTheFirstPiecesOf(byte[] content) throws Exception {
    NodeId zero = new NodeId("node-0", 1);
    List<Long> given = new CopyOnWriteArrayList<>();
    BodyHandle handle = new BodyHandle(zero, "key", content.length);
    nodes
        .onLoop(
            () ->
                Bus.open(nodes.vertx, zero)
                    .compose(
                        bus ->
                            Future.all(
                                bus.serve(
                                    Addresses.ARTEFACT,
                                    ask -> Future.succeededFuture(new ArtefactAt(handle))),
                                bus.serve(
                                    Addresses.READ_BODY,
                                    read -> {
                                      if (given.size() == 2) {
                                        return Future.succeededFuture(new Piece(null));
                                      }
                                      given.add(read.offset());
                                      int from = (int) read.offset();
                                      return Future.succeededFuture(
                                          new Piece(
                                              Bytes.wrap(
                                                  Arrays.copyOfRange(
                                                      content, from, from + PIECE_BYTES))));
                                    }))))
        .await(5, SECONDS);
    nodes.index.pretend(zero, HELLO);
    return given;
  }

  private static byte[] largeWasm() {
    byte[] large = new byte[5 * 64 * 1024 + 77];
    new Random(42).nextBytes(large);
    System.arraycopy("\0asm".getBytes(StandardCharsets.UTF_8), 0, large, 0, 4);
    return large;
  }

  private Upload upload(String fileName, String content) {
    return upload(fileName, content.getBytes(StandardCharsets.UTF_8));
  }

  private Upload upload(String fileName, byte[] content) {
    try {
      Path file = Files.createDirectories(folder.resolve("uploads")).resolve("upload-" + uploads++);
      return new Upload(fileName, Files.write(file, content).toString());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
