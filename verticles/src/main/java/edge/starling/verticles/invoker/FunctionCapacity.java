package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Capacity.Kind;
import edge.starling.codecs.messages.Outcome.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What bounds the calls of one function on this node: its own capacity, or else the node's. A
 * change of it forgets nothing: what has been counted counts on. Confined to one thread.
 */
final class FunctionCapacity {
  private static final Duration CPU_RETRY_AFTER = Duration.ofSeconds(1);

  private final NodeCapacity node;
  private final FunctionSlots<Call> slots = new FunctionSlots<>();
  private @Nullable Capacity own;
  private Capacity present;
  private @Nullable RateLimit rate;

  /**
   * Why a call cannot be taken.
   *
   * @param retryAfter before this time none of its kind is taken for certain
   */
  record NoRoom(Reason reason, Duration retryAfter) {}

  FunctionCapacity(NodeCapacity node) {
    this.node = node;
    this.present = node.capacity();
  }

  /**
   * @param ofItsOwn null for the node's
   */
  void set(@Nullable Capacity ofItsOwn) {
    own = ofItsOwn;
    follow();
  }

  /** The node's capacity may have changed. */
  void follow() {
    present = own == null ? node.capacity() : own;
    // the node's own slots bound all functions together
    boolean hasSlots = own != null && own.kind() == Kind.SLOTS;
    slots.limitTo(hasSlots ? (int) present.limit() : Integer.MAX_VALUE);
    if (present.kind() == Kind.RATE) {
      if (rate == null) {
        rate = new RateLimit(present.limit());
      } else {
        rate.changeRate(present.limit());
      }
    }
  }

  Capacity present() {
    return present;
  }

  boolean isCpu() {
    return present.kind() == Kind.CPU;
  }

  FunctionSlots<Call> slots() {
    return slots;
  }

  /**
   * A call has come.
   *
   * @return null where it may be admitted, as far as rate and processors go
   */
  @Nullable NoRoom arrived(boolean forwarded, long now) {
    if (rate != null && !forwarded) {
      rate.ownArrived(now);
    }
    if (isCpu() && node.cpuInUse() > present.limit()) {
      return new NoRoom(Reason.OVER_CPU, CPU_RETRY_AFTER);
    }
    if (rate != null && present.kind() == Kind.RATE) {
      long nanos = rate.nanosUntilRoom(forwarded && node.isOwnFirst(), now);
      return nanos > 0 ? new NoRoom(Reason.OVER_RATE, Duration.ofNanos(nanos)) : null;
    }
    return null;
  }

  /** Whatever bounds it now, so that a rate that it gets again knows of it. */
  void admitted(boolean forwarded, long now) {
    if (rate != null) {
      rate.admitted(forwarded, now);
    }
  }
}
