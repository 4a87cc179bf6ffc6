package edge.starling.verticles.manycall;

import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One manycall: keeps a bounded number of its items in flight, sends those again that may be, and
 * puts what became of each into the output, once. Confined to the event loop.
 */
final class Manycall {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration BETWEEN_NEWS = Duration.ofSeconds(1);

  private final NodeId self;
  private final Terms terms;
  private final Duration itemTimeout;
  private final Items source;
  private final Calls calls;
  private final Output output;
  private final LongSupplier nanoTime;
  private final Runnable whenAnswered;
  private final Deque<Item> fresh = new ArrayDeque<>();
  private final Deque<Attempt> again = new ArrayDeque<>();
  private final Map<InvocationId, Attempt> inFlight = new HashMap<>();
  private final BitSet answered = new BitSet();
  private Runnable forgetTotalTimeout = () -> {};
  private Duration pause = FIRST_PAUSE;
  private int answering;
  private int done;
  private int failed;
  private boolean going;
  private boolean pausing;
  private boolean reading;
  private boolean readAll;
  private boolean over;

  /** An item that has been sent at least once. */
  private static final class Attempt {
    final Item item;
    final long deadlineNanos;
    int retries;
    @Nullable Refused refusal;

    Attempt(Item item, long deadlineNanos) {
      this.item = item;
      this.deadlineNanos = deadlineNanos;
    }
  }

  /**
   * @param functionTimeout the most time of one call
   * @param whenAnswered told once when no item is in flight or will be
   */
  Manycall(
      NodeId self,
      Terms terms,
      Duration functionTimeout,
      Items source,
      Calls calls,
      Output output,
      LongSupplier nanoTime,
      Runnable whenAnswered) {
    this.self = self;
    this.terms = terms;
    this.itemTimeout = terms.timeout() == null ? functionTimeout : terms.timeout();
    this.source = source;
    this.calls = calls;
    this.output = output;
    this.nanoTime = nanoTime;
    this.whenAnswered = whenAnswered;
  }

  void begin() {
    if (terms.items() == 0) {
      finish();
      return;
    }
    forgetTotalTimeout = calls.after(terms.totalTimeout(), this::expire);
    calls.after(BETWEEN_NEWS, this::tellProgress);
    goOn();
  }

  /** Sends what may be sent. */
  void goOn() {
    if (going) {
      return;
    }
    going = true;
    while (maySend()) {
      Attempt next = next();
      if (next != null) {
        send(next);
      }
      readAhead();
      if (next == null && fresh.isEmpty()) {
        break;
      }
    }
    going = false;
  }

  /** The client has gone. */
  void abandon() {
    if (!over) {
      cancelAll();
      finish();
    }
  }

  int inFlight() {
    return inFlight.size();
  }

  private boolean maySend() {
    return !over
        && !pausing
        && inFlight.size() + answering < terms.concurrency()
        && output.hasRoom();
  }

  private @Nullable Attempt next() {
    Attempt repeated = again.poll();
    if (repeated != null) {
      return repeated;
    }
    Item item = fresh.poll();
    return item == null ? null : new Attempt(item, nanoTime.getAsLong() + itemTimeout.toNanos());
  }

  private void readAhead() {
    if (fresh.size() < terms.concurrency() && !reading && !readAll) {
      reading = true;
      source
          .next()
          .whenComplete(
              (items, error) -> {
                reading = false;
                if (error != null) {
                  cancelAll();
                  failUnread("the request could not be read again: " + error.getMessage());
                } else {
                  took(items);
                }
              });
    }
  }

  private void took(List<Item> items) {
    readAll = items.isEmpty();
    fresh.addAll(items);
    goOn();
  }

  private void send(Attempt attempt) {
    Duration remaining = Duration.ofNanos(attempt.deadlineNanos - nanoTime.getAsLong());
    if (remaining.isNegative() || remaining.isZero()) {
      Refused refusal = attempt.refusal;
      answer(
          attempt, refusal == null ? failed(Failure.DEADLINE, "the item's time was up") : refusal);
      return;
    }
    InvocationId id = InvocationId.random();
    inFlight.put(id, attempt);
    calls
        .call(id, attempt.item.request(), remaining)
        .thenAccept(
            outcome -> {
              if (inFlight.remove(id) != null) {
                ended(attempt, outcome);
                goOn();
              }
            });
  }

  private void ended(Attempt attempt, Outcome outcome) {
    if (outcome instanceof Refused refused && mayWait(attempt, refused.reason())) {
      attempt.refusal = refused;
      again.addFirst(attempt);
      pause();
    } else if (outcome instanceof Failed failure && mayRetry(attempt, failure.failure())) {
      again.addFirst(attempt);
    } else {
      if (!(outcome instanceof Refused)) {
        pause = FIRST_PAUSE;
      }
      answer(attempt, outcome);
    }
  }

  /**
   * A refused item has not started, so it may wait for room, or for a provider, as long as its time
   * lasts.
   */
  private boolean mayWait(Attempt attempt, Reason reason) {
    boolean inTime = attempt.deadlineNanos - nanoTime.getAsLong() > FIRST_PAUSE.toNanos();
    return inTime && reason != Reason.BODY_TOO_LARGE;
  }

  private boolean mayRetry(Attempt attempt, Failure failure) {
    return switch (failure) {
      case PROVIDER_LOST, RUNTIME_ERROR, BODY_LOST -> attempt.retries++ < terms.retries();
      default -> false;
    };
  }

  /** Where there is no room for one item there is none for the next. */
  private void pause() {
    if (!pausing) {
      pausing = true;
      calls.after(
          pause,
          () -> {
            pausing = false;
            goOn();
          });
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }
  }

  private void answer(Attempt attempt, Outcome outcome) {
    answering++;
    calls
        .answer(outcome)
        .thenAccept(
            answer -> {
              answering--;
              answer(attempt.item.index(), answer);
              goOn();
            });
  }

  private void answer(int index, ItemAnswer answer) {
    if (over || answered.get(index)) {
      return;
    }
    answered.set(index);
    done++;
    failed += answer.isFailure() ? 1 : 0;
    output.put(index, answer);
    if (done == terms.items()) {
      finish();
    }
  }

  private void expire() {
    if (!over) {
      cancelAll();
      failUnread("the manycall's time (total_timeout_ms) was up");
    }
  }

  private void failUnread(String detail) {
    ItemAnswer late = ItemAnswer.of(failed(Failure.DEADLINE, detail));
    for (int i = answered.nextClearBit(0); i < terms.items(); i = answered.nextClearBit(i + 1)) {
      answer(i, late);
    }
  }

  private void cancelAll() {
    List<InvocationId> left = List.copyOf(inFlight.keySet());
    inFlight.clear();
    fresh.clear();
    again.clear();
    readAll = true;
    left.forEach(calls::cancel);
  }

  private void tellProgress() {
    if (!over) {
      output.progress(done, failed);
      calls.after(BETWEEN_NEWS, this::tellProgress);
    }
  }

  private void finish() {
    over = true;
    forgetTotalTimeout.run();
    whenAnswered.run();
  }

  private Failed failed(Failure failure, String detail) {
    return new Failed(failure, detail, self, 0, Duration.ZERO);
  }
}
