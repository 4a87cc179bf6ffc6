package edge.starling.verticles.manycall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.ManycallMessage.Form;
import edge.starling.codecs.messages.ManycallMessage.Taken;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ManycallTest {
  private static final NodeId SELF = new NodeId("n", 1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Script calls = new Script();
  private final StringBuilder read = new StringBuilder();
  private long now;
  private int ends;
  private @Nullable Output output;

  /** Calls that end as the test says. */
  private final class Script implements Calls {
    private record Timer(long at, Runnable task) {}

    final Map<InvocationId, CompletableFuture<Outcome>> open = new LinkedHashMap<>();
    final List<String> sent = new ArrayList<>();
    final List<Duration> remaining = new ArrayList<>();
    CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
    final List<InvocationId> cancelled = new ArrayList<>();
    final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparing(Timer::at));

    @Override
    public CompletionStage<Outcome> call(InvocationId id, Request request, Duration left) {
      CompletableFuture<Outcome> outcome = new CompletableFuture<>();
      sent.add(request.body().bytes().utf8());
      remaining.add(left);
      open.put(id, outcome);
      return outcome;
    }

    @Override
    public void cancel(InvocationId id) {
      cancelled.add(id);
    }

    @Override
    public CompletionStage<ItemAnswer> answer(Outcome outcome) {
      ItemAnswer answer =
          outcome.match(
              completed ->
                  ItemAnswer.of(
                      completed.response().status(), completed.response().body().bytes().array()),
              ItemAnswer::of,
              ItemAnswer::of);
      return written.thenApply(done -> answer);
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
      Timer timer = new Timer(now + delay.toNanos(), task);
      timers.add(timer);
      return () -> timers.remove(timer);
    }

    void end(Outcome outcome) {
      InvocationId first = open.keySet().iterator().next();
      open.remove(first).complete(outcome);
    }

    void pass(Duration time) {
      long until = now + time.toNanos();
      while (!timers.isEmpty() && timers.peek().at <= until) {
        Timer next = timers.remove();
        now = next.at;
        next.task.run();
      }
      now = until;
    }
  }

  @Test
  void keepsNoMoreInFlightThanItMay() {
    Manycall manycall = start(terms(10, 0, 3), 10);
    assertThat(calls.open).hasSize(3);
    calls.end(completed("a"));
    assertThat(calls.open).hasSize(3);
    assertThat(manycall.inFlight()).isEqualTo(3);
    while (!calls.open.isEmpty()) {
      calls.end(completed("b"));
    }
    assertThat(calls.sent).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(ends).isEqualTo(1);
    assertThat(all()).startsWith("{\"responses\":[\"a\",\"b\"").endsWith("\"b\"]}");
  }

  @Test
  void letsGoOfItsTimeOnceItIsAnswered() {
    start(terms(1, 0, 1), 1);
    calls.end(completed("a"));
    calls.pass(Duration.ofSeconds(1)); // the last news

    assertThat(calls.timers).isEmpty();
  }

  @Test
  void anAnswerThatIsBeingWrittenCountsAsInFlight() {
    calls.written = new CompletableFuture<>();
    start(terms(2, 0, 1), 2);
    calls.end(completed("a"));
    assertThat(calls.sent).containsExactly("0");

    calls.written.complete(null);

    assertThat(calls.sent).containsExactly("0", "1");
    calls.end(completed("b"));
    assertThat(all()).isEqualTo("{\"responses\":[\"a\",\"b\"]}");
  }

  @Test
  void oneFailedItemDoesNotFailTheOthers() {
    start(terms(3, 0, 3), 3);
    calls.end(completed("a"));
    calls.end(failed(Failure.FUNCTION_ERROR));
    calls.end(completed("c"));

    assertThat(all()).matches("\\{\"responses\":\\[\"a\",\\{\"status\":500,.*},\"c\"]}");
  }

  @Test
  void aRefusedItemWaitsForRoom() {
    start(terms(2, 0, 1), 2);
    calls.end(refused(Reason.QUEUE_FULL));
    assertThat(calls.open).isEmpty();
    calls.pass(Duration.ofMillis(10));
    assertThat(calls.sent).containsExactly("0", "0");
    calls.end(refused(Reason.QUEUE_FULL));
    calls.pass(Duration.ofMillis(19));
    assertThat(calls.open).isEmpty();
    calls.pass(Duration.ofMillis(1));
    calls.end(completed("a"));
    calls.end(completed("b"));

    assertThat(all()).isEqualTo("{\"responses\":[\"a\",\"b\"]}");
  }

  @Test
  void aRefusedItemWaitsNoLongerThanItsTime() {
    start(terms(1, 0, 1), 1);
    for (int i = 0; i < 200 && ends == 0; i++) {
      calls.end(refused(Reason.QUEUE_FULL));
      calls.pass(Duration.ofSeconds(1));
    }

    assertThat(all()).contains("\"status\":503").contains("queue-full");
    assertThat(now).isLessThanOrEqualTo(MINUTE.plusSeconds(2).toNanos());
  }

  @Test
  void anItemWaitsForAProvider() {
    start(terms(1, 0, 1), 1);
    for (int i = 0; i < 10; i++) {
      calls.end(refused(Reason.NO_PROVIDER));
      calls.pass(Duration.ofSeconds(1));
    }
    calls.end(completed("a"));

    assertThat(all()).isEqualTo("{\"responses\":[\"a\"]}");
  }

  @Test
  void whatNoProviderTakesDoesNotWait() {
    start(terms(1, 0, 1), 1);
    calls.end(refused(Reason.BODY_TOO_LARGE));

    assertThat(all()).contains("\"status\":413");
  }

  @Test
  void aStartedItemRunsAgainOnlyIfItIsAsked() {
    start(terms(1, 0, 1), 1);
    calls.end(failed(Failure.PROVIDER_LOST));

    assertThat(calls.sent).hasSize(1);
    assertThat(all()).contains("provider-lost");
  }

  @Test
  void aStartedItemRunsAgainAsOftenAsItIsAsked() {
    start(terms(2, 2, 1), 2);
    calls.end(failed(Failure.PROVIDER_LOST));
    calls.end(failed(Failure.RUNTIME_ERROR));
    calls.end(completed("a"));
    for (int i = 0; i < 3; i++) {
      calls.end(failed(Failure.PROVIDER_LOST));
    }

    assertThat(calls.sent).containsExactly("0", "0", "0", "1", "1", "1");
    assertThat(all()).startsWith("{\"responses\":[\"a\",{\"status\":502");
  }

  @Test
  void anItemsTimeCountsFromWhenItIsFirstSent() {
    start(terms(1, 1, 1), 1);
    now += Duration.ofSeconds(20).toNanos();
    calls.end(failed(Failure.PROVIDER_LOST));

    assertThat(calls.remaining).containsExactly(MINUTE, Duration.ofSeconds(40));
    calls.end(completed("a"));
  }

  @Test
  void whenTheWholeTimeIsUpEverythingLeftIsLate() {
    Terms terms = new Terms(5, 0, null, Duration.ofSeconds(10), 2);
    start(terms, 5);
    calls.end(completed("a"));
    calls.pass(Duration.ofSeconds(11));

    assertThat(calls.cancelled).hasSize(2);
    assertThat(ends).isEqualTo(1);
    assertThat(all()).startsWith("{\"responses\":[\"a\",{\"status\":504").endsWith("}]}");
    assertThat(all().split("total_timeout_ms")).hasSize(5);
    calls.end(completed("too late"));
    assertThat(all()).doesNotContain("too late");
  }

  @Test
  void whenTheClientGoesNothingMoreIsSent() {
    Manycall manycall = start(terms(5, 0, 2), 5);
    manycall.abandon();
    calls.end(completed("a"));

    assertThat(calls.cancelled).hasSize(2);
    assertThat(calls.sent).hasSize(2);
    assertThat(ends).isEqualTo(1);
  }

  @Test
  void sendsNothingWhileTheClientDoesNotRead() {
    Output full = new Output(Form.LINES, 100, 50, new NoSpill(), Runnable::run, () -> {});
    output = full;
    manycall(terms(100, 0, 1), 100, full).begin();
    while (!calls.open.isEmpty()) {
      calls.end(completed("an answer of some length"));
    }

    assertThat(calls.sent).hasSizeLessThan(10);
  }

  private Manycall start(Terms terms, int items) {
    Output made =
        new Output(Form.RESPONSES, terms.items(), 1 << 20, new NoSpill(), Runnable::run, () -> {});
    output = made;
    Manycall manycall = manycall(terms, items, made);
    manycall.begin();
    return manycall;
  }

  private Manycall manycall(Terms terms, int items, Output to) {
    List<List<Item>> batches = new ArrayList<>();
    IntStream.range(0, items).forEach(i -> batches.add(List.of(Item.ofText(i, "" + i))));
    return new Manycall(
        SELF,
        terms,
        MINUTE,
        () -> CompletableFuture.completedStage(batches.isEmpty() ? List.of() : batches.remove(0)),
        calls,
        to,
        () -> now,
        () -> ends++);
  }

  private static Terms terms(int items, int retries, int concurrency) {
    return new Terms(items, retries, null, Terms.DEFAULT_TOTAL, concurrency);
  }

  private String all() {
    for (boolean last = false; !last && read.indexOf("]}") < 0; ) {
      Taken part = output.take().toCompletableFuture().join();
      read.append(part.bytes().utf8());
      last = part.last();
    }
    return read.toString();
  }

  private static Outcome completed(String body) {
    return new Completed(
        new Response(200, Headers.NONE, Body.of(body.getBytes(UTF_8))),
        SELF,
        0,
        Duration.ZERO,
        Duration.ZERO);
  }

  private static Outcome refused(Reason reason) {
    return new Refused(reason, SELF, Occupancy.UNKNOWN, Duration.ofSeconds(1));
  }

  private static Outcome failed(Failure failure) {
    return new Failed(failure, "it broke", SELF, 1, Duration.ZERO);
  }

  private static final class NoSpill implements Spill {
    @Override
    public CompletionStage<Long> append(byte[] bytes) {
      throw new AssertionError("nothing is spilled here");
    }

    @Override
    public CompletionStage<byte[]> read(long at, int length) {
      throw new AssertionError("nothing is spilled here");
    }
  }
}
