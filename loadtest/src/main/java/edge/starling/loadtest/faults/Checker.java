package edge.starling.loadtest.faults;

import edge.starling.loadtest.faults.CallEnding.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges calls by what their clients have seen, by the lines that the function has left behind, and
 * by what was broken at the time.
 */
final class Checker {
  /** How long after a node was broken or a link was cut the others may still be surprised by it. */
  private static final Duration AFTERMATH = Duration.ofSeconds(10);

  /** How long two halves may take to become one, or a node to be known again. */
  private static final Duration MENDING = Duration.ofSeconds(30);

  /** Clocks tick, and what is over at a time is told a little before it is seen. */
  private static final long TICK_MILLIS = 50;

  /** Of problems: nobody is said to have the function. */
  private static final Set<String> NOT_FOUND =
      Set.of("no-provider", "not-provided", "index-silent");

  private final Map<String, List<Run>> runs;
  private final Troubles troubles;
  private final long deadlineMillis;

  /**
   * @param runs by the id of their call
   * @param deadline that all calls carry
   */
  Checker(Map<String, List<Run>> runs, Troubles troubles, Duration deadline) {
    this.runs = runs;
    this.troubles = troubles;
    this.deadlineMillis = deadline.toMillis();
  }

  /** The worst that can be said of it. */
  Verdict judge(CallRecord call) {
    int times = times(call);
    if (times > 1 && !call.plan().isIdempotent()) {
      return Verdict.RAN_TWICE;
    }
    if (call.isServed()) {
      return served(call, times);
    }
    if (call.ending().kind() == Kind.SILENCE && !wasDown(call)) {
      return Verdict.LOST;
    }
    if (!mayFailSo(call)) {
      return Verdict.FAILED_WRONGLY;
    }
    return times > 0 && !call.plan().isIdempotent() && call.ending().status() == 503
        ? Verdict.RAN_ALTHOUGH_REFUSED
        : Verdict.FAILED_AS_ALLOWED;
  }

  int times(CallRecord call) {
    return runs.getOrDefault(call.plan().id(), List.of()).size();
  }

  private static Verdict served(CallRecord call, int times) {
    if (!call.ending().isRight()) {
      return Verdict.WRONG_ANSWER;
    }
    return switch (times) {
      case 0 -> Verdict.NEVER_RAN;
      case 1 -> Verdict.SERVED;
      default -> Verdict.RUN_AGAIN_AS_ALLOWED;
    };
  }

  /** The failures that a caller has to live with. */
  private boolean mayFailSo(CallRecord call) {
    CallEnding ending = call.ending();
    if (ending.kind() != Kind.ANSWERED) {
      return wasDown(call);
    }
    return switch (ending.status()) {
      case 502 ->
          ending.problem().equals("provider-lost")
              && ending.startedUnknown()
              && !call.plan().isIdempotent()
              && wasTrouble(call, AFTERMATH);
      case 503 ->
          ending.hasRetryAfter()
              && !ending.problem().isEmpty()
              && (!NOT_FOUND.contains(ending.problem()) || wasTrouble(call, MENDING));
      case 504 -> call.millis() >= deadlineMillis - TICK_MILLIS;
      default -> false;
    };
  }

  /** Whether the node that was asked was not there, or was leaving. */
  private boolean wasDown(CallRecord call) {
    String asked = call.plan().node();
    return troubles.touched(
        call, each -> each.kind().isOfNode() && each.nodes().contains(asked), Duration.ZERO);
  }

  private boolean wasTrouble(CallRecord call, Duration margin) {
    return troubles.touched(call, each -> each.kind() != Trouble.Kind.SLOW, margin);
  }
}
