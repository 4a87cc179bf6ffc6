package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.InvokerMessage.Admitted;
import edge.starling.codecs.messages.InvokerMessage.Counted;
import edge.starling.codecs.messages.InvokerMessage.FunctionWork;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.InvokerMessage.OccupancyNow;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Response;
import edge.starling.config.CapacityConfig;
import edge.starling.config.ConfigLoader;
import edge.starling.verticles.invoker.Run.Answered;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.Run.Raised;
import edge.starling.verticles.invoker.ScriptedRuntime.ScriptedRun;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On a scripted runtime, clock and event loop, so that everything happens when the test says so.
 */
class InvocationsTest {
  private static final NodeId SELF = new NodeId("node-1", 1);
  private static final FunctionName HELLO = FunctionName.parse("hello");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Response RESPONSE = new Response(200, Headers.NONE, Body.utf8("hi"));

  private final ScriptedRuntime runtime = new ScriptedRuntime();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Queue<Runnable> eventLoop = new ArrayDeque<>();
  private final ScriptedOutside outside = new ScriptedOutside();
  private final Map<InvocationId, Outcome> answers = new LinkedHashMap<>();
  private final CpuShare cpu = new CpuShare(1);
  private final NodeCapacity node = new NodeCapacity(capacity(), 2, cpu);
  private final Journal journal = Journals.small();
  private final Functions functions =
      new Functions(Map.of(RuntimeKind.WASM, runtime), node, 100, eventLoop::add, metrics, journal);
  private final Admission<Call> admission = new Admission<>(2, 3, true, 100);
  private final BytesInFlight bytes = new BytesInFlight(1 << 20);
  private long now = 5_000_000_000L;
  private final Invocations invocations =
      new Invocations(
          SELF,
          functions,
          admission,
          bytes,
          outside,
          eventLoop::add,
          () -> now,
          new RefusalMeters(metrics));

  private static final class ScriptedOutside implements Outside {
    final List<InvocationId> queued = new ArrayList<>();
    final Map<InvocationId, CompletableFuture<Boolean>> claims = new HashMap<>();
    final Map<BodyHandle, CompletableFuture<Bytes>> fetches = new HashMap<>();
    @Nullable Runnable tick;

    @Override
    public void tellQueued(InvocationId id) {
      queued.add(id);
    }

    @Override
    public CompletionStage<Boolean> claim(InvocationId id, Duration patience) {
      return claims.computeIfAbsent(id, key -> new CompletableFuture<>());
    }

    @Override
    public CompletionStage<Bytes> fetch(BodyHandle handle, Duration patience) {
      return fetches.computeIfAbsent(handle, key -> new CompletableFuture<>());
    }

    @Override
    public void afterTick(Runnable task) {
      assertThat(tick).isNull();
      tick = task;
    }
  }

  @Test
  void answersWithWhatTheFunctionAnswered() {
    provide(1, 0);
    InvocationId id = invoke(SECOND, 1);
    now += 5_000;
    end(id, new Answered(RESPONSE));

    assertThat(answers.get(id))
        .isEqualTo(new Completed(RESPONSE, SELF, 1, Duration.ZERO, Duration.ofNanos(5_000)));
    assertIdle();
    assertThat(functions.counted(HELLO)).isEqualTo(new Counted(1, 0, 0, 0, 0));
  }

  @Test
  void tellsAFunctionsErrorFromABrokenRuntime() {
    provide(1, 0);
    InvocationId raised = invoke(SECOND, 0);
    InvocationId broke = invoke(SECOND, 0);
    end(raised, new Raised("no cheese"));
    end(broke, new Broke("a trap"));

    assertFailed(raised, Failure.FUNCTION_ERROR, "no cheese");
    assertFailed(broke, Failure.RUNTIME_ERROR, "a trap");
    runtime.startFailure = new IllegalStateException("no thread");
    InvocationId failed = invoke(SECOND, 0);
    runEventLoop();
    assertFailed(failed, Failure.RUNTIME_ERROR, "no thread");
    assertIdle();
    assertThat(functions.counted(HELLO)).isEqualTo(new Counted(0, 3, 0, 0, 0));
  }

  @Test
  void refusesAtOnceWhatItDoesNotProvideOrHasNoRoomFor() {
    assertThat(answers.get(invoke(SECOND, 0)))
        .isEqualTo(
            new Refused(
                Reason.NOT_PROVIDED, SELF, new Occupancy(0, 0, 2, 3, 100), Duration.ofSeconds(1)));
    provide(1, 10);
    for (int i = 0; i < 5; i++) {
      assertThat(answers).doesNotContainKey(invoke(SECOND, 0));
    }

    assertThat(answers.get(invoke(SECOND, 0)))
        .isEqualTo(
            new Refused(
                Reason.QUEUE_FULL, SELF, new Occupancy(2, 3, 2, 3, 80), Duration.ofSeconds(1)));
    assertThat(functions.counted(HELLO)).isEqualTo(new Counted(0, 0, 1, 2, 3));
  }

  @Test
  void refusesWhatIsOverTheRateAndSaysExactlyWhenThereIsRoom() {
    invocations.change(2, 3, capacity("capacity.kind=rate", "capacity.rate=2"));
    provide(1, 0);
    InvocationId first = invoke(SECOND, 0);
    end(first, new Answered(RESPONSE));
    now += 1_000;
    end(invoke(SECOND, 1), new Answered(RESPONSE));
    now += 1_000;

    Refused refused = (Refused) answers.get(invoke(SECOND, 0));
    assertThat(refused.reason()).isEqualTo(Reason.OVER_RATE);
    assertThat(refused.retryAfter()).isEqualTo(SECOND.minusNanos(2_000));
    assertThat(refused(Reason.OVER_RATE)).isEqualTo(1);

    now += refused.retryAfter().toNanos() - 1;
    assertRefused(invoke(SECOND, 0), Reason.OVER_RATE);
    now += 1;
    assertThat(answers).doesNotContainKey(invoke(SECOND, 0));
  }

  @Test
  void leavesRoomWithinTheRateForOwnCalls() {
    invocations.change(2, 3, capacity("capacity.kind=rate", "capacity.rate=2"));
    provide(1, 0);
    for (int i = 0; i < 4; i++) {
      InvocationId own = invoke(SECOND, 0);
      if (i < 2) {
        end(own, new Answered(RESPONSE));
      }
      now += 1_000;
    }

    Refused forwarded = (Refused) answers.get(invoke(SECOND, 1));
    assertThat(forwarded.reason()).isEqualTo(Reason.OVER_RATE);
    assertThat(forwarded.retryAfter()).isEqualTo(SECOND.minusNanos(2_000));

    invocations.change(
        2, 3, capacity("capacity.kind=rate", "capacity.rate=2", "capacity.own-first=false"));
    assertThat(((Refused) answers.get(invoke(SECOND, 1))).retryAfter())
        .isEqualTo(SECOND.minusNanos(4_000));
  }

  @Test
  void countsWhatIsRefusedForTheQueueNotAsAdmitted() {
    invocations.change(1, 0, capacity("capacity.kind=rate", "capacity.rate=2"));
    provide(1, 0);
    InvocationId first = invoke(SECOND, 0);
    for (int i = 0; i < 5; i++) {
      assertRefused(invoke(SECOND, 0), Reason.QUEUE_FULL);
    }
    end(first, new Answered(RESPONSE));

    assertThat(answers).doesNotContainKey(invoke(SECOND, 0));
    assertRefused(invoke(SECOND, 0), Reason.OVER_RATE);
  }

  @Test
  void aFunctionsOwnCapacityGoesBeforeTheNodesAndItsCountsSurviveNewVersions() {
    Description bounded =
        Wasm.bounded(Wasm.description("hello", 0, Map.of()), Capacity.parse("rate:1"));
    provide(bounded);
    end(invoke(SECOND, 0), new Answered(RESPONSE));
    assertRefused(invoke(SECOND, 0), Reason.OVER_RATE);

    provide(
        Wasm.bounded(Wasm.description(HELLO, 2, "hello", 0, Map.of()), Capacity.parse("rate:2")));
    end(invoke(SECOND, 0), new Answered(RESPONSE));
    assertRefused(invoke(SECOND, 0), Reason.OVER_RATE);

    provide(3, 0);
    end(invoke(SECOND, 0), new Answered(RESPONSE));
    provide(
        Wasm.bounded(Wasm.description(HELLO, 4, "hello", 0, Map.of()), Capacity.parse("rate:3")));
    assertRefused(invoke(SECOND, 0), Reason.OVER_RATE);
  }

  @Test
  void refusesWhileTheProcessorsAreBusierThanTheyMayBe() {
    provide(1, 0);
    invocations.change(2, 3, capacity("capacity.kind=cpu", "capacity.cpu=0.5"));
    assertThat(functions.areBoundByCpu()).isTrue();
    cpu.add(new ProcessorTimes(Map.of(1L, 0L), 0));
    cpu.add(new ProcessorTimes(Map.of(1L, 51L), 100));

    Refused refused = (Refused) answers.get(invoke(SECOND, 0));
    assertThat(refused.reason()).isEqualTo(Reason.OVER_CPU);
    assertThat(refused.retryAfter()).isEqualTo(SECOND);

    cpu.add(new ProcessorTimes(Map.of(1L, 51L), 102));
    assertThat(answers).doesNotContainKey(invoke(SECOND, 0));
    invocations.change(2, 3, capacity());
    assertThat(functions.areBoundByCpu()).isFalse();
  }

  @Test
  void runsNoMoreOfAFunctionThanItsSlotsUntilANewVersionHasOthers() {
    provide(Wasm.bounded(Wasm.description("hello", 0, Map.of()), Capacity.parse("slots:1")));
    InvocationId first = invoke(SECOND, 0);
    InvocationId second = invoke(SECOND, 0);
    InvocationId third = invoke(SECOND, 0);
    assertThat(runtime.runs).containsOnlyKeys(first);

    end(first, new Answered(RESPONSE));
    assertThat(runtime.runs).containsOnlyKeys(first, second);
    provide(2, 0);

    assertThat(runtime.runs).containsOnlyKeys(first, second, third);
  }

  @Test
  void aForwardedCallThatWaitsGivesItsPlaceToAnOwnOne() {
    provide(1, 0);
    List<InvocationId> running = List.of(invoke(SECOND, 0), invoke(SECOND, 0));
    InvocationId early = invoke(SECOND, 1);
    InvocationId late = invoke(SECOND, 1);
    InvocationId own = invoke(SECOND, 0);
    assertRefused(invoke(SECOND, 1), Reason.QUEUE_FULL);

    InvocationId another = invoke(SECOND, 0);

    assertRefused(late, Reason.QUEUE_FULL);
    assertThat(refused(Reason.QUEUE_FULL)).isEqualTo(2);
    running.forEach(id -> end(id, new Answered(RESPONSE)));
    assertThat(runtime.runs).containsOnlyKeys(running.get(0), running.get(1), own, another);
    assertThat(outside.claims).isEmpty();
    end(own, new Answered(RESPONSE));
    assertThat(outside.claims).containsOnlyKeys(early);
    assertThat(functions.counted(HELLO).queued()).isZero();
  }

  @Test
  void tellsWhatEachFunctionDoesThatHasCallsOrHadSomeLately() {
    provide(1, 0);
    assertThat(invocations.occupancy())
        .isEqualTo(
            new OccupancyNow(new Occupancy(0, 0, 2, 3, 100), Capacity.parse("slots:2"), List.of()));

    InvocationId own = invoke(Duration.ofMinutes(1), 0);
    InvocationId forwarded = invoke(Duration.ofMinutes(1), 1);
    invoke(Duration.ofMinutes(1), 1);
    now += 8_000;
    end(own, new Answered(RESPONSE));
    end(forwarded, new Answered(RESPONSE));
    assertThat(invocations.occupancy().functions())
        .containsExactly(
            new FunctionWork(
                HELLO,
                Capacity.parse("slots:2"),
                List.of(new Admitted(new NodeId("peer", 1), 2)),
                1,
                0,
                Duration.ofNanos(8_000)));

    now += Duration.ofSeconds(3).toNanos();
    assertThat(invocations.occupancy().functions())
        .containsExactly(
            new FunctionWork(
                HELLO,
                Capacity.parse("slots:2"),
                List.of(new Admitted(new NodeId("peer", 1), 2)),
                1,
                0,
                Duration.ofNanos(8_000)));
    outside.claims.values().forEach(claim -> claim.complete(false));
    assertThat(invocations.occupancy().functions()).isEmpty();
    assertIdle();
  }

  @Test
  void keepsWhatItHasTakenWhenTheSettingsChange() {
    provide(1, 0);
    List<InvocationId> ids =
        List.of(invoke(SECOND, 0), invoke(SECOND, 0), invoke(SECOND, 0), invoke(SECOND, 0));

    invocations.change(1, 0, capacity("capacity.kind=rate", "capacity.rate=0.001"));
    assertThat(answers).isEmpty();
    assertThat(runtime.resizedTo).isEqualTo(1);
    end(ids.get(0), new Answered(RESPONSE));
    assertThat(runtime.runs).hasSize(2);

    invocations.change(3, 0, capacity());
    assertThat(runtime.runs).containsOnlyKeys(ids);
    ids.subList(1, 4).forEach(id -> end(id, new Answered(RESPONSE)));
    assertThat(answers.values()).hasSize(4).allMatch(Completed.class::isInstance);
  }

  @Test
  void startsWhatWaitedAndSaysHowLongItDid() {
    provide(1, 0);
    List<InvocationId> ids = List.of(invoke(SECOND, 0), invoke(SECOND, 0), invoke(SECOND, 0));
    assertThat(runtime.runs).hasSize(2);
    now += 7_000;
    end(ids.get(0), new Answered(RESPONSE));
    assertThat(runtime.runs).containsKey(ids.get(2));
    end(ids.get(2), new Answered(RESPONSE));

    assertThat(((Completed) answers.get(ids.get(2))).inQueue()).isEqualTo(Duration.ofNanos(7_000));
    assertThat(outside.queued).isEmpty();
    assertThat(outside.claims).isEmpty();
  }

  @Test
  void claimsAForwardedCallThatHadToWait() {
    provide(1, 0);
    InvocationId atOnce = invoke(SECOND, 1);
    InvocationId other = invoke(SECOND, 0);
    InvocationId wanted = invoke(SECOND, 1);
    InvocationId unwanted = invoke(SECOND, 1);
    assertThat(outside.queued).containsExactly(wanted, unwanted);
    assertThat(outside.claims).isEmpty();

    end(atOnce, new Answered(RESPONSE));
    end(other, new Answered(RESPONSE));
    assertThat(outside.claims).containsOnlyKeys(wanted, unwanted);
    assertThat(runtime.runs).doesNotContainKeys(wanted, unwanted);
    assertThat(admission.running()).isEqualTo(2);
    outside.claims.get(wanted).complete(true);
    outside.claims.get(unwanted).complete(false);

    assertThat(runtime.runs).containsKey(wanted).doesNotContainKey(unwanted);
    assertFailed(unwanted, Failure.CANCELLED, "no longer wants it");
    assertThat(admission.running()).isEqualTo(1);
  }

  @Test
  void doesNotRunWhatNobodyAnswersFor() {
    provide(1, 0);
    InvocationId first = invoke(SECOND, 0);
    InvocationId second = invoke(SECOND, 0);
    InvocationId orphan = invoke(SECOND, 1);
    end(first, new Answered(RESPONSE));

    outside.claims.get(orphan).completeExceptionally(new IllegalStateException("gone"));

    assertFailed(orphan, Failure.CANCELLED, "no longer wants it");
    assertThat(runtime.runs).containsOnlyKeys(first, second);
  }

  @Test
  void countsAFetchedBodyUntilItsCallHasEnded() {
    provide(1, 0);
    BodyHandle handle = new BodyHandle(SELF, "key", 3);
    InvocationId id = invoke(SECOND, 1, Body.held(handle));
    assertThat(bytes.held()).isEqualTo(3);
    outside.fetches.get(handle).complete(Bytes.utf8("abc"));
    assertThat(bytes.held()).isEqualTo(3);
    end(id, new Answered(RESPONSE));
    assertThat(bytes.held()).isZero();
  }

  @Test
  void aBodyWaitsForRoom() {
    provide(1, 0);
    BytesInFlight.Share others = bytes.open();
    others.add(bytes.limit());
    BodyHandle handle = new BodyHandle(SELF, "key", 3);
    InvocationId id = invoke(SECOND, 0, Body.held(handle));
    assertThat(outside.fetches).isEmpty();

    others.release();
    pass(Duration.ofMillis(20));
    outside.fetches.get(handle).complete(Bytes.utf8("abc"));
    end(id, new Answered(RESPONSE));

    assertThat(answers.get(id)).isInstanceOf(Completed.class);
    assertIdle();
  }

  @Test
  void refusesABodyThatNeverFindsRoom() {
    provide(1, 0);
    BodyHandle handle = new BodyHandle(SELF, "key", bytes.limit() + 1);
    InvocationId id = invoke(SECOND, 1, Body.held(handle));

    assertThat(answers.get(id))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.BODY_TOO_LARGE));
    assertIdle();
  }

  @Test
  void fetchesALargeBodyBeforeItStarts() {
    provide(1, 0);
    BodyHandle handle = new BodyHandle(SELF, "key", 3);
    InvocationId id = invoke(SECOND, 0, Body.held(handle));
    assertThat(runtime.runs).isEmpty();

    outside.fetches.get(handle).complete(Bytes.utf8("abc"));

    assertThat(runtime.runs.get(id).request.body()).isEqualTo(Body.utf8("abc"));
  }

  @Test
  void failsWhereItsBodyIsLost() {
    provide(1, 0);
    BodyHandle handle = new BodyHandle(SELF, "key", 3);
    InvocationId id = invoke(SECOND, 0, Body.held(handle));

    outside.fetches.get(handle).completeExceptionally(new IllegalStateException("it is gone"));

    assertFailed(id, Failure.BODY_LOST, "it is gone");
    assertIdle();
  }

  @Test
  void neverStartsWhatIsOverTimeInTheQueue() {
    provide(1, 0);
    InvocationId first = invoke(Duration.ofMinutes(1), 0);
    InvocationId second = invoke(Duration.ofMinutes(1), 0);
    InvocationId late = invoke(SECOND, 0);

    pass(SECOND.plusMillis(20));
    assertFailed(late, Failure.DEADLINE, "while it waited");
    end(first, new Answered(RESPONSE));
    end(second, new Answered(RESPONSE));

    assertThat(runtime.runs).containsOnlyKeys(first, second);
    assertFailed(invoke(Duration.ZERO, 0), Failure.DEADLINE, "before it came");
    assertIdle();
  }

  @Test
  void answersAtItsDeadlineAndKeepsTheSlotUntilTheFunctionHasEnded() {
    provide(1, 40);
    InvocationId late = invoke(SECOND, 0);

    pass(SECOND.plusMillis(20));

    assertFailed(late, Failure.DEADLINE, "did not answer");
    assertThat(runtime.runs.get(late).stopped).isTrue();
    assertThat(admission.occupancy()).isEqualTo(new Occupancy(1, 0, 2, 3, 60));
    end(late, new Broke("stopped"));
    assertFailed(late, Failure.DEADLINE, "did not answer");
    assertIdle();
  }

  @Test
  void answersWhenTheTimeOfTheFunctionItselfIsOver() {
    runtime.longest = Duration.ofMillis(100);
    provide(1, 0);
    InvocationId cutShort = invoke(SECOND, 0);
    InvocationId brief = invoke(Duration.ofMillis(50), 0);
    pass(Duration.ofMillis(70));

    assertFailed(brief, Failure.DEADLINE, "within the call's time");
    assertThat(answers).doesNotContainKey(cutShort);
    pass(Duration.ofMillis(50));
    assertFailed(cutShort, Failure.DEADLINE, "within its exec_timeout");
    assertThat(runtime.runs.values()).allMatch(run -> run.stopped);
    end(cutShort, new Broke("stopped"));
    end(brief, new Broke("stopped"));
    assertIdle();
  }

  @Test
  void letsGoOfACallThatIsOverTimeBeforeItCouldStart() {
    provide(1, 40);
    BodyHandle handle = new BodyHandle(SELF, "key", 3);
    InvocationId late = invoke(SECOND, 0, Body.held(handle));

    pass(SECOND.plusMillis(20));

    assertFailed(late, Failure.DEADLINE, "before it could start");
    assertIdle();
    outside.fetches.get(handle).complete(Bytes.utf8("abc"));
    assertThat(runtime.runs).isEmpty();
    assertIdle();
  }

  @Test
  void cancelsWhatWaitsAndWhatRuns() {
    provide(1, 10);
    InvocationId running = invoke(SECOND, 0);
    InvocationId other = invoke(SECOND, 0);
    InvocationId waiting = invoke(SECOND, 0);
    invocations.cancel(waiting);
    invocations.cancel(running);
    invocations.cancel(running);
    invocations.cancel(InvocationId.random());

    assertFailed(waiting, Failure.CANCELLED, "cancelled");
    assertFailed(running, Failure.CANCELLED, "cancelled");
    assertThat(runtime.runs.get(running).stopped).isTrue();
    assertThat(admission.occupancy()).isEqualTo(new Occupancy(2, 0, 2, 3, 80));
    end(running, new Answered(RESPONSE));
    end(other, new Answered(RESPONSE));
    assertIdle();
  }

  @Test
  void startsQueuedCallsOnTheVersionThatIsActiveThen() {
    provide(1, 10);
    InvocationId first = invoke(SECOND, 0);
    InvocationId second = invoke(SECOND, 0);
    InvocationId third = invoke(SECOND, 0);

    provide(2, 20);
    assertThat(runtime.closed).isEmpty();
    end(first, new Answered(RESPONSE));

    assertThat(runtime.runs.get(third).version).isEqualTo("hello 2-hello");
    assertThat(admission.freeMemoryMiB()).isEqualTo(70);
    end(second, new Answered(RESPONSE));
    assertThat(runtime.closed).containsExactly("hello 1-hello");
    end(third, new Answered(RESPONSE));
    assertIdle();
  }

  @Test
  void retiresAVersionWhenItsLastCallHasEnded() {
    Description description = provide(1, 10);
    InvocationId running = invoke(SECOND, 0);
    InvocationId other = invoke(SECOND, 0);
    InvocationId waiting = invoke(SECOND, 0);

    CompletableFuture<Void> retired =
        functions.retire(HELLO, description.version()).toCompletableFuture();
    invocations.refuseUnprovided();

    assertThat(((Refused) answers.get(waiting)).reason()).isEqualTo(Reason.NOT_PROVIDED);
    assertThat(((Refused) answers.get(invoke(SECOND, 0))).reason()).isEqualTo(Reason.NOT_PROVIDED);
    end(running, new Answered(RESPONSE));
    assertThat(retired).isNotDone();
    assertThat(functions.retire(HELLO, description.version()).toCompletableFuture()).isNotDone();
    end(other, new Answered(RESPONSE));
    assertThat(retired).isDone();
    assertThat(runtime.closed).containsExactly("hello 1-hello");
    assertThat(functions.retire(HELLO, description.version()).toCompletableFuture()).isDone();
    assertThat(metrics.find("starling.invoker.calls").meters()).isEmpty();
    assertIdle();
  }

  @Test
  void forgetsAVersionThatWasOnlyPreparedOrStillIs() {
    Description prepared = Wasm.description("hello", 1, Map.of());
    prepare(prepared);
    assertThat(functions.retire(HELLO, prepared.version()).toCompletableFuture()).isDone();
    assertThat(runtime.closed).hasSize(1);

    runtime.slowToPrepare = true;
    var problem = functions.prepare(prepared, Path.of("")).toCompletableFuture();
    var retired = functions.retire(HELLO, prepared.version()).toCompletableFuture();
    assertThat(retired).isNotDone();
    runtime.finishPreparing(prepared);
    runEventLoop();

    assertThat(problem.join().problem()).contains("retired");
    assertThat(retired).isDone();
    assertThat(runtime.closed).hasSize(2);
    assertThatThrownBy(() -> functions.activate(HELLO, prepared.version()))
        .hasMessageContaining("not prepared");
  }

  @Test
  void preparesAVersionOnceForAllThatAsk() {
    runtime.slowToPrepare = true;
    Description description = Wasm.description("hello", 1, Map.of());
    var first = functions.prepare(description, Path.of("")).toCompletableFuture();
    var second = functions.prepare(description, Path.of("")).toCompletableFuture();
    runtime.finishPreparing(description);
    runEventLoop();

    assertThat(first.join().obstacle()).isNull();
    assertThat(second.join().obstacle()).isNull();
    assertThat(functions.prepare(description, Path.of("")).toCompletableFuture().join().obstacle())
        .isNull();
  }

  @Test
  void turnsAwayAFunctionWhoseMemoryCanNeverBeHad() {
    Description description = Wasm.description("hello", 101, Map.of());
    var problem = functions.prepare(description, Path.of("")).toCompletableFuture();
    runEventLoop();

    assertThat(problem.join().problem()).contains("101 MiB").contains("invoker.memory-mib");
    assertThat(runtime.closed).hasSize(1);
  }

  @Test
  void saysWhichSettingSwitchesARuntimeOn() {
    Functions without =
        new Functions(
            Map.of(RuntimeKind.WASM, new SwitchedOff("runtimes.x.enabled=true does")),
            node,
            100,
            eventLoop::add,
            metrics,
            journal);
    var problem =
        without.prepare(Wasm.description("hello", 1, Map.of()), Path.of("")).toCompletableFuture();
    runEventLoop();

    assertThat(problem.join().problem()).contains("runtimes.x.enabled=true");
  }

  @Test
  void stopsTickingWhenNothingIsLeft() {
    provide(1, 0);
    InvocationId id = invoke(SECOND, 0);
    assertThat(outside.tick).isNotNull();
    end(id, new Answered(RESPONSE));
    pass(Duration.ofMillis(20));

    assertThat(outside.tick).isNull();
  }

  @Test
  void answersEverybodyWhenTheNodeStops() {
    provide(1, 0);
    List<InvocationId> running = List.of(invoke(SECOND, 0), invoke(SECOND, 0));
    List<InvocationId> waiting = List.of(invoke(SECOND, 0), invoke(SECOND, 1));
    invocations.close();

    running.forEach(id -> assertFailed(id, Failure.PROVIDER_LOST, "in the middle"));
    waiting.forEach(id -> assertFailed(id, Failure.CANCELLED, "is stopping"));
    assertThat(runtime.runs.values()).hasSize(2).allMatch(run -> run.stopped);
  }

  @Test
  void whatHasASlotButHasNotStartedMayRunElsewhereWhenTheNodeStops() {
    provide(1, 0);
    InvocationId fetching = invoke(SECOND, 1, Body.held(new BodyHandle(SELF, "large", 3)));
    invocations.close();

    assertFailed(fetching, Failure.CANCELLED, "is stopping");
    assertThat(runtime.runs).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void givesEverythingBackOnceWhateverHappens(long seed) {
    Random random = new Random(seed);
    List<InvocationId> asked = new ArrayList<>();
    long version = 1;
    provide(version, random.nextInt(60));
    for (int step = 0; step < 4000; step++) {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> {
          Body body =
              random.nextInt(4) > 0
                  ? Body.EMPTY
                  : Body.held(new BodyHandle(SELF, "body-" + step, 3));
          asked.add(invoke(Duration.ofMillis(random.nextInt(400)), random.nextInt(2), body));
        }
        case 3 -> {
          if (!asked.isEmpty()) {
            invocations.cancel(asked.get(asked.size() - 1 - random.nextInt(asked.size()) % 5));
          }
        }
        case 4 -> endSome(random);
        case 5 -> settleSome(random);
        case 6 -> pass(Duration.ofMillis(random.nextInt(30)));
        default -> {
          if (random.nextInt(10) == 0) {
            Description next =
                Wasm.description(HELLO, ++version, "hello", random.nextInt(60), Map.of());
            provide(random.nextBoolean() ? next : Wasm.bounded(next, Capacity.parse("slots:1")));
          } else if (random.nextInt(10) == 0) {
            String kind = random.nextBoolean() ? "slots" : "rate";
            invocations.change(2, 3, capacity("capacity.kind=" + kind, "capacity.rate=50"));
          }
        }
      }
      assertThat(admission.running()).isBetween(0, 2);
      assertThat(admission.queued()).isBetween(0, 3);
      assertThat(admission.freeMemoryMiB()).isBetween(0, 100);
    }

    pass(Duration.ofSeconds(1));
    runtime.runs.values().forEach(run -> run.ended.complete(new Broke("the end")));
    runEventLoop();

    assertIdle();
    assertThat(answers).containsOnlyKeys(asked);
    Counted counted = functions.counted(HELLO);
    assertThat(counted.running() + counted.queued()).isZero();
    assertThat(counted.completed() + counted.failed() + counted.refused()).isEqualTo(asked.size());
    assertThat(runtime.closed).hasSize((int) version - 1);
  }

  private static CapacityConfig capacity(String... settings) {
    return ConfigLoader.load(null, Map.of(), List.of(settings)).capacity();
  }

  private void endSome(Random random) {
    Ending[] endings = {new Answered(RESPONSE), new Raised("x"), new Broke("y")};
    for (ScriptedRun run : List.copyOf(runtime.runs.values())) {
      if (!run.ended.isDone() && random.nextBoolean()) {
        run.ended.complete(endings[random.nextInt(endings.length)]);
      }
    }
    runEventLoop();
  }

  private void settleSome(Random random) {
    List.copyOf(outside.claims.values()).forEach(claim -> claim.complete(random.nextBoolean()));
    List.copyOf(outside.fetches.values())
        .forEach(
            fetch -> {
              if (random.nextBoolean()) {
                fetch.complete(Bytes.utf8("abc"));
              } else {
                fetch.completeExceptionally(new IllegalStateException("lost"));
              }
            });
  }

  private Description provide(long version, int memoryMiB) {
    return provide(Wasm.description(HELLO, version, "hello", memoryMiB, Map.of()));
  }

  private Description provide(Description description) {
    prepare(description);
    invocations.refit(functions.activate(HELLO, description.version()));
    return description;
  }

  private void prepare(Description description) {
    var problem = functions.prepare(description, Path.of("")).toCompletableFuture();
    runEventLoop();
    assertThat(problem.join().obstacle()).isNull();
  }

  private InvocationId invoke(Duration remaining, int hops) {
    return invoke(remaining, hops, Body.EMPTY);
  }

  private InvocationId invoke(Duration remaining, int hops, Body body) {
    InvocationId id = InvocationId.random();
    invocations.invoke(
        new Invoke(
            id,
            HELLO,
            Wasm.post(body),
            remaining,
            Collections.nCopies(hops, new NodeId("peer", 1))),
        outcome -> assertThat(answers.put(id, outcome)).isNull());
    return id;
  }

  private void end(InvocationId id, Ending ending) {
    runtime.runs.get(id).ended.complete(ending);
    runEventLoop();
  }

  private void pass(Duration time) {
    now += time.toNanos();
    Runnable tick = outside.tick;
    outside.tick = null;
    if (tick != null) {
      tick.run();
    }
  }

  private void runEventLoop() {
    for (Runnable task = eventLoop.poll(); task != null; task = eventLoop.poll()) {
      task.run();
    }
  }

  private void assertFailed(InvocationId id, Failure failure, String detail) {
    assertThat(answers.get(id)).isInstanceOf(Failed.class);
    Failed failed = (Failed) answers.get(id);
    assertThat(failed.failure()).isEqualTo(failure);
    assertThat(failed.detail()).contains(detail);
  }

  private void assertRefused(InvocationId id, Reason reason) {
    assertThat(answers.get(id)).isInstanceOf(Refused.class);
    assertThat(((Refused) answers.get(id)).reason()).isEqualTo(reason);
  }

  private double refused(Reason reason) {
    return metrics.get("starling.invoker.refused").tag("reason", reason.type()).counter().count();
  }

  private void assertIdle() {
    assertThat(admission.occupancy()).isEqualTo(new Occupancy(0, 0, 2, 3, 100));
    assertThat(bytes.held()).isZero();
  }
}
