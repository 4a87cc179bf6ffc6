package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.InvokerMessage.OccupancyNow;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Request;
import edge.starling.config.CapacityConfig;
import edge.starling.verticles.invoker.Call.Stage;
import edge.starling.verticles.invoker.FunctionCapacity.NoRoom;
import edge.starling.verticles.invoker.Run.Answered;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.Run.NotTaken;
import edge.starling.verticles.invoker.Run.Raised;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The invocations on this node. Each is answered once, and whatever it takes is given back once: a
 * place in the queue, or a slot and memory from its start until its run has ended, which may be
 * after its answer.
 *
 * <p>The way of a call: admission, perhaps the queue; with a slot, a forwarded call that has waited
 * is claimed, and a large body is fetched; then it runs on the version that is active when it got
 * its slot. Confined to the event loop.
 */
final class Invocations {
  private static final Logger LOG = LoggerFactory.getLogger(Invocations.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final String TRACE = "Traceback ";
  private static final Duration LONGEST = Duration.ofDays(365);

  private final NodeId self;
  private final Functions functions;
  private final Admission<Call> admission;
  private final BytesInFlight bytes;
  private final Outside outside;
  private final Executor eventLoop;
  private final LongSupplier nanoTime;
  private final RefusalMeters refusals;
  private final Map<InvocationId, Call> unanswered = new HashMap<>();
  private final Deadlines deadlines = new Deadlines();
  private boolean ticking;

  /**
   * @param eventLoop where the ends of runs are handed to
   * @param nanoTime a monotonic clock
   */
  Invocations(
      NodeId self,
      Functions functions,
      Admission<Call> admission,
      BytesInFlight bytes,
      Outside outside,
      Executor eventLoop,
      LongSupplier nanoTime,
      RefusalMeters refusals) {
    this.self = self;
    this.functions = functions;
    this.admission = admission;
    this.bytes = bytes;
    this.outside = outside;
    this.eventLoop = eventLoop;
    this.nanoTime = nanoTime;
    this.refusals = refusals;
  }

  /** Runs the call, queues it or refuses it; the answer is given once, now or later. */
  void invoke(Invoke invoke, Consumer<Outcome> answer) {
    HostedFunction function = functions.provided(invoke.function());
    if (function == null) {
      answer.accept(refusal(Reason.NOT_PROVIDED, RETRY_AFTER));
      return;
    }
    long now = nanoTime.getAsLong();
    Call call =
        new Call(invoke, function, answer, this::expire, bytes.open(), now, now + nanos(invoke));
    if (call.deadlineNanos() - now <= 0) {
      fail(call, Failure.DEADLINE, "the call's time was over before it came to this node");
      return;
    }
    if (invoke.request().body().length() > bytes.limit()) {
      refuse(call, Reason.BODY_TOO_LARGE);
      return;
    }
    NoRoom noRoom = function.capacity().arrived(call.isForwarded(), now);
    if (noRoom != null) {
      refuse(call, noRoom.reason(), noRoom.retryAfter());
      return;
    }
    switch (admission.ask(call, this::giveWay)) {
      case START -> {
        admitted(call, now);
        begin(call);
      }
      case WAIT -> {
        admitted(call, now);
        waitFor(call);
        startWaiting();
      }
      case REFUSE -> {
        call.bytes().release();
        refuse(call, Reason.QUEUE_FULL);
      }
    }
  }

  /** Nobody wants the call any more: it does not start, or is ended. Harmless when it has ended. */
  void cancel(InvocationId id) {
    Call call = unanswered.get(id);
    if (call != null) {
      end(call, Failure.CANCELLED, "the call was cancelled");
      startWaiting();
    }
  }

  /** Refuses the calls that wait for a function that is no longer provided here. */
  void refuseUnprovided() {
    for (Call call : admission.waiting()) {
      if (call.function().active() == null) {
        leaveQueue(call);
        refuse(call, Reason.NOT_PROVIDED);
      }
    }
    startWaiting();
  }

  /**
   * Slots, queue and capacity of the node are these from now on. What it has taken it keeps: fewer
   * slots are free once enough runs have ended, and a shorter queue once fewer wait.
   */
  void change(int slots, int queue, CapacityConfig capacity) {
    admission.change(slots, queue, capacity.ownFirst());
    functions.change(capacity, slots);
    startWaiting();
  }

  /** The function's capacity may be another one now. */
  void refit(HostedFunction function) {
    admission.refit(function.capacity().slots());
    startWaiting();
  }

  OccupancyNow occupancy() {
    return new OccupancyNow(
        admission.occupancy(), functions.nodeCapacity(), functions.work(nanoTime.getAsLong()));
  }

  /** Ends what is over time. */
  private void tick() {
    long now = nanoTime.getAsLong();
    ticking = false;
    deadlines.advance(now);
    startWaiting();
    if (!deadlines.isEmpty()) {
      keepTicking();
    }
  }

  /** The node stops: answers everybody. Only what has not started may run elsewhere. */
  void close() {
    for (Call call : admission.waiting()) {
      end(call, Failure.CANCELLED, self.name() + " is stopping");
    }
    for (Call call : List.copyOf(unanswered.values())) {
      boolean started = call.stage == Stage.RUNNING;
      end(
          call,
          started ? Failure.PROVIDER_LOST : Failure.CANCELLED,
          self.name() + " is stopping" + (started ? ", in the middle of the call" : ""));
    }
  }

  private static long nanos(Invoke invoke) {
    Duration remaining = invoke.remaining();
    return remaining.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : remaining.toNanos();
  }

  private void admitted(Call call, long now) {
    functions.admitted(call.function(), call.invoke().sender(), now);
    unanswered.put(call.id(), call);
    deadlines.add(call, now);
    keepTicking();
  }

  private void waitFor(Call call) {
    call.hasWaited = true;
    call.function().queued();
    if (call.invoke().hops() > 0) {
      outside.tellQueued(call.id());
    }
  }

  /**
   * Its place in the queue is another's, and its sender may try the next node. It has been counted
   * as admitted, and stays so.
   */
  private void giveWay(Call call) {
    leaveQueue(call);
    refuse(call, Reason.QUEUE_FULL);
  }

  private void leaveQueue(Call call) {
    admission.withdraw(call);
    call.stage = Stage.ENDED;
    call.bytes().release();
    call.function().leftQueue();
  }

  private void startWaiting() {
    for (Call next = admission.next(); next != null; next = admission.next()) {
      next.function().leftQueue();
      begin(next);
    }
  }

  /** It has its slot and memory. */
  private void begin(Call call) {
    HostedVersion version = Objects.requireNonNull(call.function().active());
    version.started();
    call.version = version;
    call.stage = Stage.STARTING;
    call.startedAtNanos = nanoTime.getAsLong();
    call.function().tookSlot(call.startedAtNanos - call.arrivedAtNanos());
    if (call.hasWaited && call.invoke().hops() > 0) {
      claim(call);
    } else {
      provideBody(call);
    }
  }

  private void claim(Call call) {
    outside
        .claim(call.id(), remaining(call))
        .whenComplete(
            (granted, error) -> {
              if (call.stage != Stage.STARTING) {
                return;
              }
              if (error == null && granted) {
                provideBody(call);
              } else {
                end(call, Failure.CANCELLED, "it had waited, and its sender no longer wants it");
                startWaiting();
              }
            });
  }

  private void provideBody(Call call) {
    Request request = call.invoke().request();
    BodyHandle handle = call.body();
    if (handle == null) {
      run(call, request);
      return;
    }
    outside
        .fetch(handle, remaining(call))
        .whenComplete(
            (bytes, error) -> {
              if (call.stage != Stage.STARTING) {
                return;
              }
              if (error == null) {
                run(call, request.withBody(Body.of(bytes)));
              } else {
                end(call, Failure.BODY_LOST, String.valueOf(error.getMessage()));
                startWaiting();
              }
            });
  }

  private void run(Call call, Request request) {
    call.stage = Stage.RUNNING;
    call.startedAtNanos = nanoTime.getAsLong();
    PreparedFunction function = Objects.requireNonNull(call.version).function();
    cutShort(call, function.longest());
    try {
      Run run = function.start(call.id(), request, remaining(call), call.bytes());
      call.run = run;
      run.ended()
          .whenComplete((ending, error) -> eventLoop.execute(() -> ended(call, ending, error)));
    } catch (RuntimeException e) {
      // not at once: whoever starts calls is in the middle of it
      eventLoop.execute(() -> ended(call, null, e));
    }
  }

  private void cutShort(Call call, @Nullable Duration longest) {
    if (longest != null && longest.compareTo(remaining(call)) < 0) {
      call.isCutShort = true;
      deadlines.remove(call);
      call.setDeadlineNanos(call.startedAtNanos + longest.toNanos());
      deadlines.add(call, call.startedAtNanos);
    }
  }

  private void ended(Call call, @Nullable Ending ending, @Nullable Throwable error) {
    if (!(ending instanceof NotTaken)) {
      call.function().ran(nanoTime.getAsLong() - call.startedAtNanos);
    }
    release(call);
    if (!call.isAnswered()) {
      if (ending instanceof NotTaken notTaken) {
        refuse(call, notTaken.reason(), notTaken.retryAfter());
      } else if (ending instanceof Answered answered) {
        complete(call, answered);
      } else if (ending instanceof Raised raised) {
        fail(call, Failure.FUNCTION_ERROR, raised.detail());
      } else if (ending instanceof Broke broke) {
        fail(call, Failure.RUNTIME_ERROR, broke.detail());
      } else {
        LOG.error("a runtime failed to run {}", call.function().name(), error);
        fail(call, Failure.RUNTIME_ERROR, "the runtime failed: " + error);
      }
    }
    startWaiting();
  }

  private void expire(Call call) {
    end(
        call,
        Failure.DEADLINE,
        switch (call.stage) {
          case WAITING -> "the call's time was over while it waited for a slot";
          case STARTING -> "the call's time was over before it could start";
          default ->
              call.isCutShort
                  ? "the function did not answer within its exec_timeout"
                  : "the function did not answer within the call's time";
        });
  }

  /** Ends it early. A run keeps its slot until the runtime says that it has ended. */
  private void end(Call call, Failure failure, String detail) {
    Stage stage = call.stage;
    if (stage == Stage.WAITING) {
      leaveQueue(call);
    } else if (stage == Stage.STARTING) {
      release(call);
    }
    if (!call.isAnswered()) {
      fail(call, failure, detail);
    }
    if (stage == Stage.RUNNING && call.run != null) {
      call.run.stop();
    }
  }

  private void release(Call call) {
    HostedVersion version = Objects.requireNonNull(call.version);
    admission.release(call);
    call.bytes().release();
    call.function().leftSlot();
    call.stage = Stage.ENDED;
    version.ended();
  }

  private void complete(Call call, Answered answered) {
    settled(call);
    call.complete(answered.response(), self, nanoTime.getAsLong());
  }

  private void fail(Call call, Failure failure, String detail) {
    call.function().log().event("call " + call.id().value() + " failed: " + brief(failure, detail));
    settled(call);
    call.fail(failure, detail, self, nanoTime.getAsLong());
  }

  /** A trace is in the function's log already. */
  private static String brief(Failure failure, String detail) {
    return detail.startsWith(TRACE) ? failure.title() : detail;
  }

  private void refuse(Call call, Reason reason) {
    refuse(call, reason, RETRY_AFTER);
  }

  private void refuse(Call call, Reason reason, Duration retryAfter) {
    settled(call);
    call.refuse(refusal(reason, retryAfter));
  }

  private void settled(Call call) {
    deadlines.remove(call);
    unanswered.remove(call.id(), call);
  }

  private Refused refusal(Reason reason, Duration retryAfter) {
    refusals.count(reason);
    return new Refused(reason, self, admission.occupancy(), retryAfter);
  }

  private Duration remaining(Call call) {
    return Duration.ofNanos(Math.max(1, call.deadlineNanos() - nanoTime.getAsLong()));
  }

  private void keepTicking() {
    if (!ticking) {
      ticking = true;
      outside.afterTick(this::tick);
    }
  }
}
