package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Response;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One invocation on this node, from its arrival to its end. Confined to the event loop. */
final class Call extends Deadlines.Timed implements Admission.Candidate<Call> {

  /** How far a call has come. */
  enum Stage {
    /** In the queue, without a slot. */
    WAITING,
    /** It has its slot and memory, and is being claimed or gets its body. */
    STARTING,
    /** The function works on it. */
    RUNNING,
    /** Its slot and memory are free again, or it never had them. */
    ENDED
  }

  private final Invoke invoke;
  private final HostedFunction function;
  private final Consumer<Outcome> answer;
  private final Consumer<Call> whenExpired;
  private final BytesInFlight.Share bytes;
  private final long arrivedAtNanos;

  Stage stage = Stage.WAITING;
  long startedAtNanos;
  boolean hasWaited;

  /** The function's own limit comes before the call's. */
  boolean isCutShort;

  /** That it runs on: chosen when it gets its slot. */
  @Nullable HostedVersion version;

  @Nullable Run run;
  private boolean hasRoomForBody;
  private boolean answered;

  Call(
      Invoke invoke,
      HostedFunction function,
      Consumer<Outcome> answer,
      Consumer<Call> whenExpired,
      BytesInFlight.Share bytes,
      long nowNanos,
      long deadlineNanos) {
    super(deadlineNanos);
    this.invoke = invoke;
    this.function = function;
    this.answer = answer;
    this.whenExpired = whenExpired;
    this.bytes = bytes;
    this.arrivedAtNanos = nowNanos;
  }

  InvocationId id() {
    return invoke.id();
  }

  Invoke invoke() {
    return invoke;
  }

  HostedFunction function() {
    return function;
  }

  long arrivedAtNanos() {
    return arrivedAtNanos;
  }

  @Override
  public boolean isForwarded() {
    return invoke.sender() != null;
  }

  @Override
  public FunctionSlots<Call> functionSlots() {
    return function.capacity().slots();
  }

  /** Of the version that it runs on, or would run on if it started now. */
  @Override
  public int memoryMiB() {
    HostedVersion onVersion = version != null ? version : function.active();
    return onVersion == null ? 0 : onVersion.function().memoryMiB();
  }

  @Override
  public boolean lacksRoomForBody() {
    return body() != null && !hasRoomForBody;
  }

  @Override
  public boolean takeRoomForBody() {
    BodyHandle body = body();
    hasRoomForBody = hasRoomForBody || body == null || bytes.tryAdd(body.length());
    return hasRoomForBody;
  }

  /** Where its body is, if that is not at hand. */
  @Nullable BodyHandle body() {
    return invoke.request().body().handle();
  }

  /** The bytes that are held for it: its fetched body, and its answer as that grows. */
  BytesInFlight.Share bytes() {
    return bytes;
  }

  boolean isAnswered() {
    return answered;
  }

  void complete(Response response, NodeId by, long nowNanos) {
    function.countCompleted();
    Duration inQueue = Duration.ofNanos(startedAtNanos - arrivedAtNanos);
    answer(new Completed(response, by, invoke.hops(), inQueue, inFunction(nowNanos)));
  }

  void fail(Failure failure, String detail, NodeId by, long nowNanos) {
    function.countFailed(failure);
    answer(new Failed(failure, detail, by, invoke.hops(), inFunction(nowNanos)));
  }

  void refuse(Refused refusal) {
    function.countRefused();
    answer(refusal);
  }

  @Override
  void expired() {
    whenExpired.accept(this);
  }

  private void answer(Outcome outcome) {
    answered = true;
    answer.accept(outcome);
  }

  private Duration inFunction(long nowNanos) {
    return run == null ? Duration.ZERO : Duration.ofNanos(nowNanos - startedAtNanos);
  }
}
